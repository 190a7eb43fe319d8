// The plan's form and the API's plan: one to the other. Pure.
import type { Schema } from '@/api/client';
import { type Audience, isChosen, tidyAudience } from '@/components/audience_builder';

type Campaign = Schema<'CampaignView'>;
type Plan = Schema<'CampaignPlan'>;

export interface PlanForm {
  name: string;
  goal: string;
  content_id: string;
  audience: Audience;
  planned_at: string;
  owner_id: string;
  budget_yuan?: number | null;
  /** Of an announcement: what it tells of the frequency to come. */
  announces?: Partial<Schema<'AnnouncedFrequency'>> | null;
  is_announcement?: boolean;
}

/** The class and purpose are the content's: a plan with others is refused. */
export function toPlan(
  form: PlanForm,
  content: Pick<Schema<'ContentView'>, 'message_class' | 'purpose'>,
): Plan {
  return {
    name: form.name.trim(),
    goal: form.goal.trim(),
    content_id: form.content_id,
    message_class: content.message_class,
    purpose: content.purpose,
    audience: tidyAudience(form.audience),
    planned_at: form.planned_at,
    owner_id: form.owner_id,
    ...(form.budget_yuan ? { budget_fen: Math.round(form.budget_yuan * 100) } : {}),
    ...(form.is_announcement ? { announces: form.announces as Schema<'AnnouncedFrequency'> } : {}),
  };
}

export function toForm(campaign: Campaign): PlanForm {
  return {
    name: campaign.name,
    goal: campaign.goal,
    content_id: campaign.content_id,
    audience: campaign.audience,
    planned_at: campaign.planned_at,
    owner_id: campaign.owner_id,
    budget_yuan: campaign.budget_fen ? campaign.budget_fen / 100 : null,
    announces: campaign.announces ?? null,
    is_announcement: campaign.announces !== undefined,
  };
}

type Summary = Pick<Schema<'ContentSummary'>, 'state' | 'approval' | 'updated_at'>;

/** Approved first, then by the road to approval, withdrawn last; the newest first within. */
export function byReadiness(a: Summary, b: Summary): number {
  const order = [
    'approved',
    'second_review',
    'submitted',
    'first_reviewed',
    'draft',
    'rejected',
    'withdrawn',
  ];
  const rank = (c: Summary) => (c.approval === 'stands' ? -1 : order.indexOf(c.state));
  return rank(a) - rank(b) || b.updated_at.localeCompare(a.updated_at);
}

/** What the plan still lacks, as the names of its fields, in the form's order. */
export function missingOf(form: Partial<PlanForm>): (keyof PlanForm)[] {
  const missing: (keyof PlanForm)[] = [];
  if (!form.name?.trim()) missing.push('name');
  if (!form.goal?.trim()) missing.push('goal');
  if (!form.content_id) missing.push('content_id');
  if (!isChosen(form.audience)) missing.push('audience');
  if (!form.planned_at) missing.push('planned_at');
  if (!form.owner_id) missing.push('owner_id');
  return missing;
}
