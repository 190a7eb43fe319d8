// A content's version as its recipients read it, with what it costs and how its approval stands.
import { Alert, Flex, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { $api, type Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { TermTag } from './marks';
import { PhoneBubble } from './phone_bubble';
import { QueryView } from './query_view';

type Content = Schema<'ContentView'>;
type Version = Schema<'ContentVersionView'>;

export function useContent(id: string | undefined) {
  return $api.useQuery(
    'get',
    '/api/v1/contents/{content_id}',
    { params: { path: { content_id: id ?? '' } } },
    { enabled: Boolean(id) },
  );
}

/** The wanted version of a content; the latest is at hand already. */
export function useContentVersion(content: Content | undefined, versionId: string | null | undefined) {
  const latest = content?.latest;
  const number = content?.versions.find((v) => v.id === versionId)?.number;
  const other = Boolean(versionId && latest && versionId !== latest.id && number !== undefined);
  const query = $api.useQuery(
    'get',
    '/api/v1/contents/{content_id}/versions/{number}',
    { params: { path: { content_id: content?.id ?? '', number: String(number ?? 0) } } },
    { enabled: other },
  );
  return other ? query.data : latest;
}

function Bubble({ content, version }: { content: Content; version: Version }) {
  const { t } = useTranslation();
  const term = useTerm();
  const { measure } = version;
  const worse = measure.longest_segments > measure.segments;
  return (
    <PhoneBubble
      footer={
        <span className="tabular">
          {t('content_preview.measure', {
            encoding: term('encoding', measure.encoding),
            units: measure.units,
            segments: measure.segments,
          })}
          {worse && ` · ${t('content_preview.longest', { segments: measure.longest_segments })}`}
          {` · ${t('field.version')} ${version.number}`}
          {content.latest.id !== version.id && ` (${t('content_preview.not_latest')})`}
        </span>
      }
    >
      {measure.preview}
    </PhoneBubble>
  );
}

/** `versionId`: the version that is bound; none: the approved one, or the latest where none is approved. */
export function ContentPreview({ contentId, versionId }: { contentId: string; versionId?: string | null }) {
  const { t } = useTranslation();
  const term = useTerm();
  const query = useContent(contentId);
  const version = useContentVersion(query.data, versionId ?? query.data?.approved_version_id);
  return (
    <QueryView query={query} rows={3}>
      {(content) => (
        <Flex vertical gap={10}>
          <Flex gap={6} wrap align="center">
            <Typography.Text strong>
              <Link to={`/contents/${content.id}`}>{content.name}</Link>
            </Typography.Text>
            <TermTag list="content_state" name={content.state} />
            <Tag>{term('message_class', content.message_class)}</Tag>
          </Flex>
          {version && <Bubble content={content} version={version} />}
          {content.approval !== 'stands' && (
            <Alert
              type="warning"
              showIcon
              title={t(`content_preview.approval.${content.approval}`)}
              style={{ maxWidth: 340 }}
            />
          )}
        </Flex>
      )}
    </QueryView>
  );
}
