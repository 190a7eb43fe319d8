// The three ways to say who a campaign is for: a saved segment, the customers of one import, or conditions.
import { Flex, Segmented } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { AudienceBuilder } from './audience_builder';
import { AudienceCount } from './audience_count';
import { type Audience, conditionCount, emptyFilter } from './filter';
import { SaveSegment } from './save_segment';
import { ImportSelect, SegmentSelect } from './sources';

type Way = 'segment' | 'import' | 'filter';

function wayOf(audience: Audience | undefined): Way {
  if (audience?.import_id) return 'import';
  return audience?.filter ? 'filter' : 'segment';
}

interface Props {
  value?: Audience;
  onChange?: (audience: Audience) => void;
  /** Shows how many of the audience agreed to this class. */
  messageClass?: Schema<'MessageClass'>;
}

export function AudiencePicker({ value, onChange, messageClass }: Props) {
  const { t } = useTranslation('audience');
  const can = useCan();
  const hint = useId();
  const [way, setWay] = useState<Way>(wayOf(value));
  // What was built is not lost by a look at the other ways.
  const [kept, setKept] = useState<Partial<Record<Way, Audience>>>({});
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    if (value && (value.segment_id || value.import_id || value.filter)) setWay(wayOf(value));
  }
  const go = (next: Way) => {
    setKept((all) => ({ ...all, [way]: value }));
    setWay(next);
    onChange?.(kept[next] ?? (next === 'filter' ? { filter: emptyFilter() } : {}));
  };
  const filter = value?.filter ?? emptyFilter();
  return (
    <Flex vertical gap={12}>
      <Segmented<Way>
        aria-label={t('way')}
        aria-describedby={hint}
        value={way}
        onChange={go}
        options={(['segment', 'import', 'filter'] as const).map((name) => ({
          value: name,
          label: t(`way_${name}`),
        }))}
        style={{ alignSelf: 'flex-start' }}
      />
      <span id={hint} className="visually-hidden">
        {t('way_hint')}
      </span>
      {way === 'segment' && (
        <SegmentSelect
          label={t('way_segment')}
          value={value?.segment_id}
          onChange={(segment_id) => onChange?.(segment_id ? { segment_id } : {})}
        />
      )}
      {way === 'import' && (
        <ImportSelect
          label={t('way_import')}
          value={value?.import_id}
          onChange={(import_id) => onChange?.(import_id ? { import_id } : {})}
        />
      )}
      {way === 'filter' && (
        <AudienceBuilder value={filter} onChange={(next) => onChange?.({ filter: next })} />
      )}
      <Flex gap={12} align="center" wrap>
        <div style={{ flex: '1 1 320px' }}>
          <AudienceCount audience={value} messageClass={messageClass} />
        </div>
        {way === 'filter' && can('segment.write') && (
          <SaveSegment
            filter={filter}
            disabled={conditionCount(filter) === 0}
            onSaved={(segment) => onChange?.({ segment_id: segment.id })}
          />
        )}
      </Flex>
    </Flex>
  );
}
