import { describe, expect, it } from 'vitest';
import { chatRequest } from '../../../../electron/router/anthropic/chat-request.ts';

const base = { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'hi' }] };
const chat = (over: object) => chatRequest({ ...base, ...over }).chat;
const message = (role: string, ...content: object[]) => ({ messages: [{ role, content }] });

describe('a Messages request as a chat request', () => {
  it('carries over what both know', () => {
    const { chat, dropped } = chatRequest({
      ...base,
      system: 'Be brief.',
      temperature: 0.5,
      top_p: 0.9,
      stop_sequences: ['END'],
      stream: true,
    });
    expect(chat).toEqual({
      model: 'm',
      max_tokens: 100,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hi' },
      ],
      temperature: 0.5,
      top_p: 0.9,
      stop: ['END'],
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(dropped).toEqual([]);
  });

  it('names what it drops, wherever it stood', () => {
    const cache_control = { type: 'ephemeral' };
    const { chat, dropped } = chatRequest({
      ...base,
      system: [
        { type: 'text', text: 'One.', cache_control },
        { type: 'text', text: 'Two.' },
      ],
      thinking: { type: 'enabled', budget_tokens: 1024 },
      metadata: { user_id: 'me' },
      top_k: 5,
      ...message('assistant', { type: 'thinking', thinking: 'Hm.', signature: 's' }, { type: 'text', text: 'Yes.' }),
    });
    expect(chat.messages).toEqual([
      { role: 'system', content: 'One.\n\nTwo.' },
      { role: 'assistant', content: 'Yes.' },
    ]);
    expect(dropped).toEqual(['cache_control', 'metadata', 'thinking', 'top_k']);
  });

  it('puts images into data URLs, and text alone into a string', () => {
    const source = { type: 'base64', media_type: 'image/png', data: 'QUJD' };
    expect(chat(message('user', { type: 'image', source }, { type: 'text', text: 'What?' })).messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } },
          { type: 'text', text: 'What?' },
        ],
      },
    ]);
    const two = message('user', { type: 'text', text: 'a' }, { type: 'text', text: 'b' });
    expect(chat(two).messages).toEqual([{ role: 'user', content: 'a\nb' }]);
  });

  it('puts tool results right behind the calls, and what else the user says after them', () => {
    const messages = [
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Looking.' },
          { type: 'tool_use', id: 't1', name: 'look', input: { at: 'sky' } },
          { type: 'tool_use', id: 't2', name: 'listen', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'blue' }] },
          { type: 'tool_result', tool_use_id: 't2', content: 'quiet', is_error: false },
          { type: 'text', text: 'And?' },
        ],
      },
    ];
    expect(chat({ messages }).messages).toEqual([
      {
        role: 'assistant',
        content: 'Looking.',
        tool_calls: [
          { id: 't1', type: 'function', function: { name: 'look', arguments: '{"at":"sky"}' } },
          { id: 't2', type: 'function', function: { name: 'listen', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 't1', content: 'blue' },
      { role: 'tool', tool_call_id: 't2', content: 'quiet' },
      { role: 'user', content: 'And?' },
    ]);
  });

  it.each([
    [{ type: 'auto' }, { tool_choice: 'auto' }],
    [
      { type: 'any', disable_parallel_tool_use: true },
      { tool_choice: 'required', parallel_tool_calls: false },
    ],
    [{ type: 'tool', name: 'look' }, { tool_choice: { type: 'function', function: { name: 'look' } } }],
    [{ type: 'none' }, { tool_choice: 'none' }],
    [undefined, {}],
  ])('puts the choice of tools %j', (tool_choice, wanted) => {
    const tools = [{ name: 'look', description: 'Looks.', input_schema: { type: 'object' } }];
    expect(chat({ tools, tool_choice })).toMatchObject({
      tools: [
        { type: 'function', function: { name: 'look', description: 'Looks.', parameters: { type: 'object' } } },
      ],
      ...wanted,
    });
  });

  it.each([
    [{ messages: 'hi' }, '`messages` must be a list'],
    [{ messages: [{ role: 'system', content: 'x' }] }, 'messages.0.role'],
    [{ messages: [{ role: 'user' }] }, 'messages.0.content'],
    [message('user', { type: 'document', source: {} }), 'messages.0.content.0'],
    [message('assistant', { type: 'server_tool_use', id: 'x' }), 'messages.0.content.0'],
    [message('user', { type: 'image', source: { type: 'file', file_id: 'f' } }), 'messages.0.content.0.source'],
    [message('user', { type: 'tool_result', content: 'x' }), 'tool_use_id'],
    [{ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'tools.0'],
    [{ tools: [{ input_schema: {} }] }, 'tools.0.name'],
    [{ mcp_servers: [] }, 'mcp_servers'],
  ])('refuses %j, naming the place', (over, place) => {
    expect(() => chat(over)).toThrow(place);
  });
});
