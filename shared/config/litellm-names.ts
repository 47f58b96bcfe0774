/** Names that LiteLLM knows in its config, read from the package (1.106.2); each list with what follows from a name outside it. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Keys at the top of the file (`proxy_server.py`); any other is passed over in silence. */
export const SECTIONS = words(`
  model_list litellm_settings general_settings router_settings environment_variables include
  worker_registry assistant_settings callback_settings classifier_plugin credential_list
  default_vertex_config files_settings finetune_settings guardrails mcp_servers mcp_tools
  mcp_aliases pass_through_endpoints plugins policies policy_attachments prompts sandbox_tools
  search_tools vector_store_registry agent_list agents
`);

/** Arguments of its `Router`: any other key of `router_settings` is left out with a warning in the log. */
export const ROUTER_SETTINGS = words(`
  assistants_config search_tools guardrail_list redis_url redis_host redis_port redis_password
  redis_db cache_responses cache_kwargs caching_groups client_ttl polling_interval default_priority
  num_retries max_fallbacks timeout stream_timeout default_litellm_params
  default_max_parallel_requests set_verbose debug_level default_fallbacks fallbacks
  context_window_fallbacks content_policy_fallbacks model_group_alias enable_pre_call_checks
  enable_tag_filtering tag_filtering_match_any tag_routing_prefix plugins retry_after retry_policy
  model_group_retry_policy allowed_fails allowed_fails_policy cooldown_time disable_cooldowns
  routing_strategy optional_pre_call_checks routing_strategy_args routing_groups
  provider_budget_config alerting_config router_general_settings deployment_affinity_ttl_seconds
  model_group_affinity_config ignore_invalid_deployments enable_health_check_routing
  health_check_staleness_threshold health_check_ignore_transient_errors
  background_health_check_model_groups enable_weighted_failover auto_router_capability_limit
`);

/** Often used settings of `litellm_settings`. Not all: there every attribute of the package can be set. */
export const LITELLM_SETTINGS = words(`
  drop_params modify_params cache cache_params callbacks success_callback failure_callback
  request_timeout json_logs max_budget budget_duration set_verbose turn_off_message_logging
  redact_user_api_key_info default_internal_user_params default_team_settings
  upperbound_key_generate_params forward_traceparent_to_llm_provider ssl_verify ssl_certificate
  langfuse_default_tags custom_provider_map priority_reservation_settings
  enable_json_schema_validation disable_end_user_cost_tracking
`);

/** Often used settings of `general_settings`; not all either. */
export const GENERAL_SETTINGS = words(`
  master_key database_url database_connection_pool_limit database_connection_timeout
  store_model_in_db alerting alerting_threshold alert_types alerting_args background_health_checks
  health_check_interval health_check_concurrency health_check_details custom_auth
  custom_key_generate custom_sso max_parallel_requests global_max_parallel_requests
  infer_model_from_keys key_management_system key_management_settings use_google_kms
  use_azure_key_vault ui_access_mode allowed_routes allowed_ips public_routes pass_through_endpoints
  enable_jwt_auth litellm_jwtauth litellm_key_header_name disable_spend_logs disable_error_logs
  disable_master_key_return store_prompts_in_spend_logs max_request_size_mb max_response_size_mb
  proxy_batch_write_at use_x_forwarded_for completion_model role_permissions enforced_params
  allow_requests_on_db_unavailable use_redis_transaction_buffer forward_client_headers_to_llm_api
`);

/** With another one it does not start (`routing_groups.py`). */
export const STRATEGIES = words(
  'simple-shuffle lar1 least-busy latency-based-routing cost-based-routing usage-based-routing-v2 usage-based-routing provider-budget-routing',
);

/** Keys of an entry's `litellm_params` that say where and how; the rest goes to the provider as it is. */
export const ENTRY_PARAMS = words(`
  model api_key api_base base_url api_version custom_llm_provider rpm tpm itpm otpm timeout stream_timeout max_retries
  organization region_name weight order tags max_tokens temperature drop_params input_cost_per_token output_cost_per_token
  mock_response litellm_credential_name extra_headers extra_body
`);

/** What stands before the first `/` of a `model` (`LlmProviders`). An entry without a known one is left out when it starts. */
export const PROVIDERS = words(`
  openai chatgpt openai_like jina_ai xai zai custom_openai text-completion-openai cohere cohere_chat
  clarifai anthropic anthropic_text bytez replicate reducto aws_textract runwayml aws_polly
  transcribe huggingface together_ai openrouter datarobot vertex_ai vertex_ai_beta gemini ai21
  baseten black_forest_labs azure azure_text azure_ai sagemaker sagemaker_chat sagemaker_nova
  bedrock vllm nlp_cloud petals oobabooga ollama ollama_chat deepinfra perplexity typesafe
  strands_decider mistral milvus groq a2a gigachat nvidia_nim nvidia_riva soniox cerebras nadir
  ai21_chat volcengine codestral text-completion-codestral dashscope qwencloud qwen_ai_platform
  modelscope moonshot publicai v0 morph lambda_ai inception text-completion-inception deepseek
  sambanova maritalk voyage cloudflare xinference fireworks_ai friendliai featherless_ai watsonx
  watsonx_text triton predibase databricks empower github ragflow compactifai docker_model_runner
  custom litellm_proxy hosted_vllm tencent llamafile lm_studio galadriel nebius infinity deepgram
  elevenlabs novita aiohttp_openai langfuse humanloop topaz sap assemblyai azure_speech
  charity_engine github_copilot snowflake gradient_ai meta_llama nscale pg_vector s3_vectors valkey
  mongodb helicone hyperbolic recraft fal_ai stability heroku aiml cometapi oci auto_router
  vercel_ai_gateway edenai dotprompt manus wandb ovhcloud scaleway lemonade amazon_nova a2a_agent
  langgraph langflow minimax synthetic apertis nano-gpt poe chutes neosantara parasail xiaomi_mimo
  tensormesh libertai pinstripes cognition cortecs scx-ai prism darkbloom meta sail reka
  litellm_agent cursor bedrock_mantle gdc
`);

/** Families of names that LiteLLM's price list knows without a provider, so that none has to be written. */
export const KNOWN_FAMILIES =
  /^(?:gpt-|chatgpt-|o\d(?:-|$)|ft:|text-|davinci|babbage|dall-e|whisper|tts-|sora|omni-|computer-use|codex|claude-|gemini|command|embed-|rerank-|mistral|codestral|jamba|j2-|deepseek-|amazon\.|anthropic\.|meta\.|cohere\.|ai21\.|stability\.|us\.|eu\.|apac\.|global\.|au\.|jp\.|qwen|moonshot|kimi|glm-|doubao|minimax|writer\.|nvidia\.|openai\.|google\.|zai\.|twelvelabs\.|medlm|multimodalembedding|chat-bison|azure)/i;
