export { AudienceBuilder } from './audience_builder';
export { AudienceCount } from './audience_count';
export { AudiencePicker } from './audience_picker';
export { AudienceWords, FilterWords } from './audience_words';
export { useAudienceCount } from './count';
export {
  type Audience,
  conditionCount,
  emptyFilter,
  isChosen,
  type SegmentFilter,
  tidyAudience,
  tidyFilter,
} from './filter';
export { SaveSegment } from './save_segment';
