/* pool.c - a bounded pool of threads, and a main thread that waits no longer than the deadline,
 * or until a signal asks it to end.
 *
 * A worker takes the next target, tests it and publishes that it is done; the last one closes a
 * pipe, which the main thread waits for. It never joins or cancels a worker that is stuck in a
 * resolver or an NSS module. */
#include "config.h"

#include "base/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#ifdef HAVE_MALLOPT
#include <malloc.h>
#endif

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/xalloc.h"

enum {
	WORKER_STACK = 256 * 1024,
	WORKER_HEAP = 128 * 1024, /* a TLS session and its buffers take half of it */
	PROGRESS_MS = 200,
};

/* What the threads share. Allocated and, when workers are left behind, deliberately never freed. */
struct shared {
	struct pool pool;
	int done[2]; /* a pipe, whose end means that all targets are finished */
	pthread_mutex_t lock;
	pthread_cond_t room; /* a lane may have some */
	struct lane_queue *queue;
	size_t finished;
	bool *finished_r;
};

/* Until then, or until another worker is done. */
static void wait_for_room(struct shared *p, int64_t until_us)
{
	const struct timespec until = {.tv_sec = (time_t)(until_us / US_PER_S),
				       .tv_nsec = (long)(until_us % US_PER_S * 1000)};

	pthread_cond_timedwait(&p->room, &p->lock, &until);
}

/* The number of the next target, or count when there is none, or no time. */
static size_t take(struct shared *p)
{
	size_t i = p->pool.count;

	pthread_mutex_lock(&p->lock);
	while (!lane_queue_is_empty(p->queue) && clock_us() < p->pool.deadline_us) {
		int64_t until_us = p->pool.deadline_us;
		i = lane_queue_take(p->queue, clock_us(), &until_us);
		if (i < p->pool.count)
			break;
		wait_for_room(p, until_us);
	}
	pthread_mutex_unlock(&p->lock);
	return i;
}

static void publish(struct shared *p, size_t i)
{
	pthread_mutex_lock(&p->lock);
	p->finished_r[i] = true;
	lane_queue_leave(p->queue, i);
	pthread_cond_broadcast(&p->room);
	if (++p->finished == p->pool.count)
		close(p->done[1]);
	pthread_mutex_unlock(&p->lock);
}

static void *worker(void *arg)
{
	struct shared *p = arg;
	size_t i;

	while ((i = take(p)) < p->pool.count) {
		p->pool.work(p->pool.ctx, i);
		publish(p, i);
	}
	return NULL;
}

/* Each of glibc's arenas takes 64 MiB of addresses, and there is one a thread; it is laid out by
 * many system calls. */
#ifdef HAVE_MALLOPT
static void save_addresses(void)
{
	mallopt(M_ARENA_MAX, 1);
}
#else
static void save_addresses(void)
{
}
#endif

/* Fewer where a limit (RLIMIT_AS) leaves no room for so many stacks, and for what the workers
 * allocate then. */
static size_t fit_memory(size_t wanted)
{
	for (; wanted > 1; wanted /= 2) {
		size_t size = wanted * (WORKER_STACK + WORKER_HEAP);
		void *room = mmap(NULL, size, PROT_NONE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (room != MAP_FAILED) {
			munmap(room, size);
			break;
		}
		save_addresses();
	}
	return wanted;
}

/* Start up to wanted threads; as many as the system gives. */
static size_t start_workers(struct shared *p, pthread_t *threads, size_t wanted)
{
	pthread_attr_t attr;
	size_t n = 0;
	int rc = 0;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, WORKER_STACK);
	while (n < wanted && (rc = pthread_create(&threads[n], &attr, worker, p)) == 0)
		n++;
	pthread_attr_destroy(&attr);
	errno = rc;
	return n;
}

static size_t count_finished(struct shared *p)
{
	pthread_mutex_lock(&p->lock);
	size_t finished = p->finished;
	pthread_mutex_unlock(&p->lock);
	return finished;
}

/* Wait until all are done, the deadline has passed, or a signal was noted. */
static bool wait_for_all(struct shared *p)
{
	const struct pool *r = &p->pool;

	while (count_finished(p) < r->count) {
		int64_t now = clock_us(), until = r->deadline_us;
		if (now >= until || interrupt_name())
			return false;
		if (r->progress && until > now + PROGRESS_MS * US_PER_MS)
			until = now + PROGRESS_MS * US_PER_MS;
		if (interrupt_poll(p->done[0], POLLIN, until) == 0 && r->progress)
			r->progress(r->ctx, count_finished(p));
	}
	return true;
}

/* Returns NULL with errno when there are no descriptors left. */
static struct shared *shared_new(const struct pool *r)
{
	struct shared *p = xcalloc(1, sizeof(*p));
	pthread_condattr_t by_clock_us;

	if (pipe2(p->done, O_CLOEXEC)) {
		free(p);
		return NULL;
	}
	p->pool = *r;
	p->finished_r = xcalloc(r->count, sizeof(bool));
	p->queue = lane_queue_new(&r->lanes, r->count);
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&by_clock_us);
	pthread_condattr_setclock(&by_clock_us, CLOCK_MONOTONIC);
	pthread_cond_init(&p->room, &by_clock_us);
	pthread_condattr_destroy(&by_clock_us);
	return p;
}

static void shared_free(struct shared *p)
{
	close(p->done[0]);
	if (!p->pool.count || p->finished < p->pool.count) /* else the last worker did */
		close(p->done[1]);
	pthread_cond_destroy(&p->room);
	pthread_mutex_destroy(&p->lock);
	lane_queue_free(p->queue);
	free(p->finished_r);
	free(p);
}

int pool_run(const struct pool *r, bool *finished_r)
{
	struct shared *p = shared_new(r);

	if (!p)
		return -1;
	size_t width = lane_queue_width(p->queue);
	size_t wanted = fit_memory(r->parallel < width ? r->parallel : width);
	if (wanted == 1) /* nobody else wants memory meanwhile */
		save_addresses();
	pthread_t *threads = xcalloc(wanted, sizeof(*threads));
	size_t started = start_workers(p, threads, wanted);

	if (!started && wanted) {
		int error = errno;
		shared_free(p);
		free(threads);
		errno = error;
		return -1;
	}
	bool all = wait_for_all(p);
	if (r->progress)
		r->progress(r->ctx, SIZE_MAX);
	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < r->count; i++)
		finished_r[i] = p->finished_r[i];
	pthread_mutex_unlock(&p->lock);
	for (size_t i = 0; all && i < started; i++)
		pthread_join(threads[i], NULL);
	free(threads);
	if (all)
		shared_free(p);
	return all ? 0 : 1;
}
