/*
 * mock: an engine that costs next to nothing. Prints the port that it took, then answers until its stdin ends.
 *
 *   GET             the list of models, one: "upstream"
 *   POST            1 KB of JSON; or, when the body says "stream": true, as many server-sent events as "max_tokens" says, "seed"
 *                   microseconds apart, each in a write of its own and with the time of its sending in it; then usage and [DONE]
 *
 * The body's own fields steer it, since every gateway passes those on. One thread, one epoll.
 */
#include "rig.h"

enum { TICKS = 2048, TICK_NS = 1000000, KEEP_BODY = 64 * 1024, HEAD_MAX = 32 * 1024 };

typedef struct conn {
  int fd;
  char *in;
  size_t in_len, in_cap;
  size_t skip;           /* bytes of a large body that are still to be read and thrown away */
  long chunks;           /* chunks still to be sent */
  long long gap, due;    /* ns */
  int headed;            /* the stream's head is out */
  int streaming;
  char *out;             /* what the socket did not take */
  size_t out_len;
  struct conn *prev, *next; /* in a slot of the wheel */
  int slot;
} conn;

static int ep;
static conn wheel[TICKS];
static long long wheel_at; /* the next tick that was not looked at */
static long timed;

static char json_answer[2048];
static size_t json_len;
static char models_answer[512];
static size_t models_len;
static const char stream_head[] =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n";
static char chunk[512];
static size_t chunk_len, chunk_mark;
static char tail[1024];
static size_t tail_len;

static size_t http_answer(char *to, size_t room, const char *body) {
  return (size_t)snprintf(to, room, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n%s",
                          strlen(body), body);
}

static size_t http_chunk(char *to, size_t room, const char *data) {
  return (size_t)snprintf(to, room, "%zx\r\n%s\r\n", strlen(data), data);
}

static void prepare(void) {
  char body[1400], words[900];
  memset(words, 'y', 800);
  words[800] = 0;
  snprintf(body, sizeof body,
           "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"upstream\",\"choices\":"
           "[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},\"finish_reason\":\"stop\"}],\"usage\":"
           "{\"prompt_tokens\":10,\"completion_tokens\":20,\"total_tokens\":30}}", words);
  json_len = http_answer(json_answer, sizeof json_answer, body);
  models_len = http_answer(models_answer, sizeof models_answer,
                           "{\"object\":\"list\",\"data\":[{\"id\":\"upstream\",\"object\":\"model\",\"owned_by\":\"bench\"}]}");
  memset(words, 'z', 70);
  words[70] = 0;
  snprintf(body, sizeof body,
           "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"upstream\","
           "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"@%0*d@%s\"},\"finish_reason\":null}]}\n\n", DIGITS, 0, words);
  chunk_len = http_chunk(chunk, sizeof chunk, body);
  chunk_mark = (size_t)(strchr(chunk, '@') - chunk) + 1;
  tail_len = http_chunk(
      tail, sizeof tail,
      "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"upstream\","
      "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":"
      "{\"prompt_tokens\":10,\"completion_tokens\":20,\"total_tokens\":30}}\n\ndata: [DONE]\n\n");
  tail_len += (size_t)snprintf(tail + tail_len, sizeof tail - tail_len, "0\r\n\r\n");
  for (int i = 0; i < TICKS; i++) wheel[i].prev = wheel[i].next = &wheel[i];
}

static void unschedule(conn *c) {
  if (c->slot < 0) return;
  c->prev->next = c->next;
  c->next->prev = c->prev;
  c->slot = -1;
  timed--;
}

static void schedule(conn *c) {
  /* The first tick behind it: never the one that is being looked at. */
  long long tick = c->due / TICK_NS + 1;
  if (tick - wheel_at >= TICKS) tick = wheel_at + TICKS - 1;
  c->slot = (int)(tick % TICKS);
  conn *s = &wheel[c->slot];
  c->prev = s->prev;
  c->next = s;
  s->prev->next = c;
  s->prev = c;
  timed++;
}

static void drop(conn *c) {
  unschedule(c);
  close(c->fd);
  free(c->in);
  free(c->out);
  free(c);
}

/* 0 = gone. What the socket does not take waits in `out`. */
static int put(conn *c, const char *data, size_t length) {
  ssize_t sent = c->out_len ? 0 : write(c->fd, data, length);
  if (sent < 0) {
    if (errno != EAGAIN) return 0;
    sent = 0;
  }
  if ((size_t)sent == length) return 1;
  size_t left = length - (size_t)sent;
  c->out = must(realloc(c->out, c->out_len + left));
  memcpy(c->out + c->out_len, data + sent, left);
  if (!c->out_len) watch(ep, EPOLL_CTL_MOD, c->fd, EPOLLIN | EPOLLOUT, c);
  c->out_len += left;
  return 1;
}

static int put_chunk(conn *c) {
  char both[sizeof stream_head + sizeof chunk];
  size_t head = 0;
  if (!c->headed) {
    head = sizeof stream_head - 1;
    memcpy(both, stream_head, head);
    c->headed = 1;
  }
  memcpy(both + head, chunk, chunk_len);
  long long now = now_ns();
  for (char *p = both + head + chunk_mark + DIGITS; now > 0; now /= 10) *--p = (char)('0' + now % 10);
  return put(c, both, head + chunk_len);
}

/* Sends what is due; 0 = gone. */
static int step(conn *c) {
  while (c->streaming && !c->out_len) {
    if (c->chunks == 0) {
      c->streaming = 0;
      return put(c, tail, tail_len);
    }
    if (c->gap && now_ns() < c->due) {
      schedule(c);
      return 1;
    }
    if (!put_chunk(c)) return 0;
    c->chunks--;
    c->due += c->gap;
  }
  return 1;
}

/* The number behind a key anywhere in the body; `otherwise` without one. */
static long field(const char *body, size_t length, const char *key, long otherwise) {
  const char *at = memmem(body, length, key, strlen(key));
  if (!at) return otherwise;
  at += strlen(key);
  while (*at == ':' || *at == ' ') at++;
  return strtol(at, NULL, 10);
}

static int answer(conn *c, const char *body, size_t length, int get) {
  if (get) return put(c, models_answer, models_len);
  const char *stream = memmem(body, length, "\"stream\":", 9);
  if (stream) stream += 9;
  while (stream && *stream == ' ') stream++;
  if (!stream || *stream != 't') return put(c, json_answer, json_len);
  c->streaming = 1;
  c->headed = 0;
  c->chunks = field(body, length, "\"max_tokens\"", 64);
  c->gap = field(body, length, "\"seed\"", 0) * 1000LL;
  c->due = now_ns() + c->gap;
  return step(c);
}

/* Answers each whole request in the buffer; 0 = gone. */
static int serve(conn *c) {
  while (!c->streaming && c->in_len) {
    c->in[c->in_len] = 0;
    char *end = memmem(c->in, c->in_len, "\r\n\r\n", 4);
    if (!end) return c->in_len < HEAD_MAX;
    size_t head = (size_t)(end - c->in) + 4;
    *end = 0;
    const char *field_at = strcasestr(c->in, "\r\ncontent-length:");
    size_t length = field_at ? strtoul(field_at + 17, NULL, 10) : 0;
    int chunked = strcasestr(c->in, "\r\ntransfer-encoding:") != NULL;
    *end = '\r';
    if (chunked) {
      fprintf(stderr, "mock: bodies in chunks are not read here\n");
      return 0;
    }
    size_t have = c->in_len - head;
    if (length > KEEP_BODY) {
      c->skip = length > have ? length - have : 0;
      size_t used = length < have ? head + length : c->in_len;
      memmove(c->in, c->in + used, c->in_len - used);
      c->in_len -= used;
      if (c->skip) return 1;
      if (!put(c, json_answer, json_len)) return 0;
      continue;
    }
    if (have < length) return 1;
    char after = c->in[head + length];
    c->in[head + length] = 0;
    int alive = answer(c, c->in + head, length, c->in[0] == 'G');
    c->in[head + length] = after;
    if (!alive) return 0;
    c->in_len -= head + length;
    memmove(c->in, c->in + head + length, c->in_len);
  }
  return 1;
}

static int receive(conn *c) {
  static char waste[1 << 16];
  for (;;) {
    if (c->skip) {
      ssize_t n = read(c->fd, waste, c->skip < sizeof waste ? c->skip : sizeof waste);
      if (n <= 0) return n < 0 && errno == EAGAIN;
      c->skip -= (size_t)n;
      if (!c->skip && !put(c, json_answer, json_len)) return 0;
      continue;
    }
    if (c->in_cap - c->in_len < HEAD_MAX) c->in = must(realloc(c->in, (c->in_cap += KEEP_BODY) + 1));
    ssize_t n = read(c->fd, c->in + c->in_len, c->in_cap - c->in_len);
    if (n <= 0) return n < 0 && errno == EAGAIN;
    c->in_len += (size_t)n;
    if (!serve(c)) return 0;
    if (c->streaming) return 1;
  }
}

static int flush(conn *c) {
  ssize_t sent = write(c->fd, c->out, c->out_len);
  if (sent < 0) return errno == EAGAIN;
  c->out_len -= (size_t)sent;
  memmove(c->out, c->out + sent, c->out_len);
  if (c->out_len) return 1;
  watch(ep, EPOLL_CTL_MOD, c->fd, EPOLLIN, c);
  return step(c);
}

static void turn_wheel(void) {
  for (long long now = now_ns(); wheel_at <= now / TICK_NS; wheel_at++) {
    conn *s = &wheel[wheel_at % TICKS], list = {.prev = &list, .next = &list};
    if (s->next == s) continue;
    list = *s; /* steps may put into this slot again */
    list.next->prev = list.prev->next = &list;
    s->prev = s->next = s;
    while (list.next != &list) {
      conn *c = list.next;
      unschedule(c);
      if (!step(c)) drop(c);
    }
  }
}

static void welcome(int listener) {
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
    no_delay(fd);
    conn *c = must(calloc(1, sizeof *c));
    c->fd = fd;
    c->slot = -1;
    watch(ep, EPOLL_CTL_ADD, fd, EPOLLIN, c);
  }
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  raise_file_limit();
  prepare();
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in a = loopback(0);
  socklen_t size = sizeof a;
  if (bind(listener, (struct sockaddr *)&a, sizeof a) < 0 || listen(listener, 4096) < 0) die("listen");
  getsockname(listener, (struct sockaddr *)&a, &size);
  printf("%d\n", ntohs(a.sin_port));
  fflush(stdout);
  ep = epoll_create1(0);
  int owner; /* only its address counts */
  watch(ep, EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
  watch(ep, EPOLL_CTL_ADD, STDIN_FILENO, EPOLLIN, &owner);
  wheel_at = now_ns() / TICK_NS;
  struct epoll_event events[256];
  for (;;) {
    int n = epoll_wait(ep, events, 256, timed ? 1 : -1);
    for (int i = 0; i < n; i++) {
      conn *c = events[i].data.ptr;
      char byte;
      if (events[i].data.ptr == &owner) {
        if (read(STDIN_FILENO, &byte, 1) <= 0) return 0;
      } else if (!c) {
        welcome(listener);
      } else {
        int alive = 1;
        if (events[i].events & EPOLLOUT) alive = flush(c);
        if (alive && (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) alive = receive(c);
        if (!alive) drop(c);
      }
    }
    if (timed) turn_wheel();
    else wheel_at = now_ns() / TICK_NS;
  }
}
