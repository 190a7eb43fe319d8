export { ConsentForm } from './consent_form';
export { EvidenceLink, EvidencePicker } from './evidence';
export { Reveal } from './reveal';
export { previewImport, startImport, uploadEvidence } from './upload';
