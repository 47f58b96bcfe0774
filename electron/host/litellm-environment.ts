/**
 * Keeps a starting LiteLLM quiet: it takes its tables of prices and the like from its own package instead of the network. With
 * these nothing but the configured models is looked up or connected to (measured with 1.106.2: without the first, a start without
 * a network takes 11 s longer). Its old `--telemetry` does nothing any more.
 */
export const OFFLINE: Readonly<Record<string, string>> = {
  LITELLM_LOCAL_MODEL_COST_MAP: 'True',
  LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS: 'True',
  LITELLM_LOCAL_AUTOROUTER_PRESETS: 'True',
  LITELLM_LOCAL_BLOG_POSTS: 'True',
  LITELLM_LOCAL_POLICY_TEMPLATES: 'True',
  LITELLM_DONT_SHOW_FEEDBACK_BOX: 'True',
};
