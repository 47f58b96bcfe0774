/*
 * load: a client that measures. One thread, one epoll, keep-alive connections to 127.0.0.1.
 *
 *   load --port N --conns N --request FILE --ms N [--skip N] [--streams EVENTS --ramp N --warm FILE] [--pids P,P]...
 *
 * FILE holds the bytes of one HTTP request. Without --streams each connection asks again as soon as it was answered, for --ms;
 * what ends in the first --skip ms is not counted. With --streams each connection first asks for the --warm request, all at
 * once; then each asks for one stream of so many events, begun evenly over --ramp; what is counted are the --ms behind the ramp.
 *
 * Each --pids is one group of processes: their CPU over the counted time (schedstat) and their resident memory at its end.
 * Prints one line of JSON. Times are microseconds. "lost": streams that did not end with all of their events.
 */
#include "rig.h"

#include <dirent.h>

enum { GROUPS = 8, PIDS = 64, SLACK_MS = 500, PATIENCE_MS = 5000 };

typedef struct {
  unsigned *at;
  size_t count, cap;
} samples;

typedef struct {
  enum { HEAD, SIZED, CHUNK_SIZE, CHUNK_DATA, CHUNK_END, UNTIL_CLOSE } state;
  char head[8192];
  size_t head_len;
  long left;
  int status, closes, trailer;
  /* in a mark: digits that came so far, -1 = not in one */
  int digits;
  long long mark;
} reply;

typedef struct {
  int fd, connecting, busy;
  const char *request;
  size_t request_len, sent;
  long long began, start_at;
  int events, done;
  reply in;
} conn;

typedef struct {
  int pids[PIDS], count;
  long long cpu;
} group;

static int ep, port, conns_wanted, stream_events;
static long run_ms, skip_ms, ramp_ms;
static char *request, *warm;
static size_t request_len, warm_len;
static group groups[GROUPS];
static int group_count;
static samples latency, first, delay;
static long errors, streams_done, streams_lost;
static long long count_from, count_to;
static enum { WARMING, RUNNING } phase = RUNNING;

static void note(samples *s, long long ns) {
  if (s->count == s->cap) s->at = must(realloc(s->at, (s->cap = s->cap ? s->cap * 2 : 4096) * sizeof *s->at));
  s->at[s->count++] = ns < 0 ? 0 : (unsigned)(ns / 1000);
}

static int ascending(const void *a, const void *b) {
  unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
  return (x > y) - (x < y);
}

static void print_samples(const char *name, samples *s) {
  qsort(s->at, s->count, sizeof *s->at, ascending);
  if (!s->count) {
    printf(",\"%s\":null", name);
    return;
  }
#define AT(share) s->at[(size_t)((double)(s->count - 1) * (share))]
  printf(",\"%s\":{\"p50\":%u,\"p99\":%u,\"p999\":%u}", name, AT(0.5), AT(0.99), AT(0.999));
}

static int counted(long long now) { return now >= count_from && now < count_to; }

/* CPU ns of a process, all its threads. */
static long long cpu_of(int pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *tasks = opendir(path);
  if (!tasks) return 0;
  long long all = 0, ns;
  for (struct dirent *e; (e = readdir(tasks));) {
    if (e->d_name[0] == '.') continue;
    char file[352];
    snprintf(file, sizeof file, "%s/%s/schedstat", path, e->d_name);
    FILE *f = fopen(file, "r");
    if (!f) continue;
    if (fscanf(f, "%lld", &ns) == 1) all += ns;
    fclose(f);
  }
  closedir(tasks);
  return all;
}

static long long resident(int pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/statm", pid);
  FILE *f = fopen(path, "r");
  long long pages = 0;
  if (f && fscanf(f, "%*d %lld", &pages) != 1) pages = 0;
  if (f) fclose(f);
  return pages * sysconf(_SC_PAGESIZE);
}

static long long cpu_of_group(const group *g) {
  long long all = 0;
  for (int i = 0; i < g->count; i++) all += cpu_of(g->pids[i]);
  return all;
}

static void next(conn *c, const char *bytes, size_t length);

static void dial(conn *c) {
  struct sockaddr_in a = loopback(port);
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) die("socket");
  no_delay(c->fd);
  c->connecting = 1;
  if (connect(c->fd, (struct sockaddr *)&a, sizeof a) < 0 && errno != EINPROGRESS) die("connect");
  watch(ep, EPOLL_CTL_ADD, c->fd, EPOLLIN | EPOLLOUT, c);
}

static void redial(conn *c) {
  close(c->fd);
  dial(c);
}

/* The request at hand came to nothing. */
static void fail(conn *c) {
  if (c->busy) {
    errors++;
    if (stream_events && phase == RUNNING) streams_lost++;
    c->busy = 0;
    c->done = stream_events != 0;
  }
  if (errors > 2000) {
    fprintf(stderr, "load: more than 2000 errors\n");
    exit(1);
  }
  redial(c);
}

static void finish(conn *c, long long now) {
  int good = c->in.status == 200;
  if (!good) errors++;
  c->busy = 0;
  if (stream_events && phase == RUNNING) {
    if (good && c->events == stream_events) streams_done++;
    else streams_lost++;
  } else if (good && !stream_events && counted(now)) {
    note(&latency, now - c->began);
  }
  c->done = stream_events != 0;
  if (c->in.closes) redial(c);
  else if (!stream_events) next(c, request, request_len);
}

/* Looks for marks in bytes of a streamed body, which may be cut anywhere. */
static void look(conn *c, const char *p, const char *end, long long now) {
  reply *r = &c->in;
  while (p < end) {
    if (r->digits < 0) {
      p = memchr(p, '@', (size_t)(end - p));
      if (!p) return;
      r->digits = 0;
      r->mark = 0;
      p++;
    } else if (r->digits < DIGITS && *p >= '0' && *p <= '9') {
      r->mark = r->mark * 10 + (*p++ - '0');
      r->digits++;
    } else {
      if (r->digits == DIGITS && *p == '@') {
        if (c->events++ == 0 && phase == RUNNING && (stream_events || counted(now))) note(&first, now - c->began);
        if (phase == RUNNING && counted(now)) note(&delay, now - r->mark);
      }
      r->digits = -1;
      p++;
    }
  }
}

static void read_head(reply *r) {
  r->head[r->head_len] = 0;
  r->status = atoi(r->head + 9);
  r->closes = strcasestr(r->head, "\r\nconnection: close") != NULL;
  const char *length = strcasestr(r->head, "\r\ncontent-length:");
  if (strcasestr(r->head, "\r\ntransfer-encoding:")) {
    r->state = CHUNK_SIZE;
    r->left = 0;
    r->trailer = 0;
  } else if (length) {
    r->state = SIZED;
    r->left = atol(length + 17);
  } else {
    r->state = UNTIL_CLOSE;
    r->closes = 1;
  }
}

/* Takes bytes of an answer; 1 = it is complete, -1 = it makes no sense. */
static int take(conn *c, const char *p, const char *end, long long now) {
  reply *r = &c->in;
  while (p < end || (r->state == SIZED && r->left == 0)) {
    size_t have = (size_t)(end - p), n = have;
    switch (r->state) {
      case HEAD:
        if (r->head_len + 1 >= sizeof r->head) return -1;
        r->head[r->head_len++] = *p++;
        if (r->head_len >= 4 && !memcmp(r->head + r->head_len - 4, "\r\n\r\n", 4)) read_head(r);
        break;
      case SIZED:
        if ((long)n > r->left) n = (size_t)r->left;
        look(c, p, p + n, now);
        p += n;
        r->left -= (long)n;
        if (!r->left) return 1;
        break;
      case UNTIL_CLOSE:
        look(c, p, end, now);
        p = end;
        break;
      case CHUNK_SIZE:
        if (*p == '\n') {
          r->trailer = r->left == 0;
          r->state = r->left ? CHUNK_DATA : CHUNK_END;
        } else if (*p != '\r') {
          int digit = *p <= '9' ? *p - '0' : (*p | 0x20) - 'a' + 10;
          if (digit < 0 || digit > 15) return -1;
          r->left = r->left * 16 + digit;
        }
        p++;
        break;
      case CHUNK_DATA:
        if ((long)n > r->left) n = (size_t)r->left;
        look(c, p, p + n, now);
        p += n;
        r->left -= (long)n;
        if (!r->left) r->state = CHUNK_END;
        break;
      case CHUNK_END: /* the line end behind a chunk, or the empty line behind the last one */
        if (*p++ != '\n') break;
        if (r->trailer) return 1;
        r->state = CHUNK_SIZE;
        break;
    }
  }
  return 0;
}

static void push(conn *c) {
  if (c->connecting || !c->busy || c->sent == c->request_len) return;
  ssize_t n = write(c->fd, c->request + c->sent, c->request_len - c->sent);
  if (n < 0) {
    if (errno != EAGAIN) fail(c);
    else watch(ep, EPOLL_CTL_MOD, c->fd, EPOLLIN | EPOLLOUT, c);
    return;
  }
  c->sent += (size_t)n;
  if (c->sent < c->request_len) watch(ep, EPOLL_CTL_MOD, c->fd, EPOLLIN | EPOLLOUT, c);
}

static void next(conn *c, const char *bytes, size_t length) {
  c->request = bytes;
  c->request_len = length;
  c->sent = 0;
  c->busy = 1;
  c->events = 0;
  c->began = now_ns();
  c->in.state = HEAD;
  c->in.head_len = 0;
  c->in.digits = -1;
  push(c);
}

static void pull(conn *c) {
  static char bytes[1 << 17];
  for (;;) {
    ssize_t n = read(c->fd, bytes, sizeof bytes);
    if (n < 0 && errno == EAGAIN) return;
    long long now = now_ns();
    if (n <= 0) {
      if (n == 0 && c->busy && c->in.state == UNTIL_CLOSE) finish(c, now);
      else fail(c);
      return;
    }
    if (!c->busy) continue;
    int got = take(c, bytes, bytes + n, now);
    if (got < 0) {
      fail(c);
      return;
    }
    if (got) finish(c, now);
    if ((size_t)n < sizeof bytes) return;
  }
}

static void connected(conn *c) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error) {
    fail(c);
    return;
  }
  watch(ep, EPOLL_CTL_MOD, c->fd, EPOLLIN, c);
  if (c->connecting) {
    c->connecting = 0;
    if (!c->busy && !stream_events) next(c, request, request_len);
    else if (c->busy) c->began = now_ns();
  }
  push(c);
}

static void turn(int timeout_ms) {
  struct epoll_event events[256];
  int n = epoll_wait(ep, events, 256, timeout_ms);
  for (int i = 0; i < n; i++) {
    conn *c = events[i].data.ptr;
    if (events[i].events & EPOLLOUT) connected(c);
    else pull(c);
  }
}

/* Waits, at most so long, until each connection's request was answered. */
static void settle(conn *all, long ms) {
  for (long long end = now_ns() + ms * 1000000LL; now_ns() < end;) {
    int left = 0;
    for (int i = 0; i < conns_wanted; i++) left += !all[i].done;
    if (!left) return;
    turn(10);
  }
}

static char *slurp(const char *path, size_t *length) {
  FILE *f = fopen(path, "r");
  if (!f) die(path);
  fseek(f, 0, SEEK_END);
  *length = (size_t)ftell(f);
  rewind(f);
  char *bytes = must(malloc(*length + 1));
  if (fread(bytes, 1, *length, f) != *length) die(path);
  fclose(f);
  return bytes;
}

static void read_arguments(int argc, char **argv) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const char *name = argv[i];
    char *value = argv[i + 1];
    if (!strcmp(name, "--port")) port = atoi(value);
    else if (!strcmp(name, "--conns")) conns_wanted = atoi(value);
    else if (!strcmp(name, "--ms")) run_ms = atol(value);
    else if (!strcmp(name, "--skip")) skip_ms = atol(value);
    else if (!strcmp(name, "--ramp")) ramp_ms = atol(value);
    else if (!strcmp(name, "--streams")) stream_events = atoi(value);
    else if (!strcmp(name, "--request")) request = slurp(value, &request_len);
    else if (!strcmp(name, "--warm")) warm = slurp(value, &warm_len);
    else if (!strcmp(name, "--pids") && group_count < GROUPS) {
      group *g = &groups[group_count++];
      for (char *p = strtok(value, ","); p && g->count < PIDS; p = strtok(NULL, ",")) g->pids[g->count++] = atoi(p);
    }
  }
  if (!port || !conns_wanted || !request || !run_ms || (stream_events && !warm)) {
    fprintf(stderr, "load: --port, --conns, --request and --ms are needed, and --warm with --streams\n");
    exit(2);
  }
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  raise_file_limit();
  read_arguments(argc, argv);
  ep = epoll_create1(0);
  conn *all = must(calloc((size_t)conns_wanted, sizeof *all));
  if (stream_events) {
    phase = WARMING;
  }
  for (int i = 0; i < conns_wanted; i++) {
    dial(&all[i]);
    if (stream_events) next(&all[i], warm, warm_len);
    if (i % 64 == 63) turn(0);
  }
  if (stream_events) {
    settle(all, PATIENCE_MS);
    phase = RUNNING;
  }
  long long start = now_ns();
  /* Streams that began last get a moment before they count. */
  count_from = start + (stream_events ? ramp_ms + SLACK_MS : skip_ms) * 1000000LL;
  count_to = count_from + (stream_events ? run_ms : run_ms - skip_ms) * 1000000LL;
  int started = stream_events ? 0 : conns_wanted, began = 0;
  for (;;) {
    long long now = now_ns();
    if (!began && now >= count_from) {
      for (int g = 0; g < group_count; g++) groups[g].cpu = -cpu_of_group(&groups[g]);
      count_from = now;
      began = 1;
    }
    if (now >= count_to) break;
    while (started < conns_wanted && now >= start + ramp_ms * 1000000LL * started / conns_wanted) {
      conn *c = &all[started++];
      c->done = 0;
      next(c, request, request_len);
    }
    turn(started < conns_wanted ? 1 : 5);
  }
  long long resident_of[GROUPS] = {0};
  for (int g = 0; g < group_count; g++) {
    groups[g].cpu += cpu_of_group(&groups[g]);
    for (int i = 0; i < groups[g].count; i++) resident_of[g] += resident(groups[g].pids[i]);
  }
  double seconds = (double)(now_ns() - count_from) / 1e9;
  if (stream_events) {
    settle(all, PATIENCE_MS);
    for (int i = 0; i < conns_wanted; i++) streams_lost += !all[i].done;
  }
  printf("{\"seconds\":%.6f,\"requests\":%zu,\"chunks\":%zu,\"streams\":%ld,\"lost\":%ld,\"errors\":%ld", seconds, latency.count,
         delay.count, streams_done, streams_lost, errors);
  print_samples("latency", &latency);
  print_samples("first", &first);
  print_samples("delay", &delay);
  printf(",\"cpu_ns\":[");
  for (int g = 0; g < group_count; g++) printf("%s%lld", g ? "," : "", groups[g].cpu);
  printf("],\"resident\":[");
  for (int g = 0; g < group_count; g++) printf("%s%lld", g ? "," : "", resident_of[g]);
  printf("]}\n");
  return 0;
}
