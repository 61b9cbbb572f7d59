/* test_chain_cache.c - the set of verdicts that a run's threads share: only what was put in is in
 * it, and its size is bounded */
#include <pthread.h>
#include <string.h>

#include "net/chain_cache.h"

#include "unit.h"

static void make_key(unsigned char key[CHAIN_KEY_SIZE], unsigned int start, unsigned int end)
{
	memset(key, 0, CHAIN_KEY_SIZE);
	key[0] = (unsigned char)(start >> 8);
	key[1] = (unsigned char)start;
	key[CHAIN_KEY_SIZE - 2] = (unsigned char)(end >> 8);
	key[CHAIN_KEY_SIZE - 1] = (unsigned char)end;
}

static bool has(struct chain_cache *v, const unsigned char key[CHAIN_KEY_SIZE])
{
	struct leaf leaf;

	return chain_cache_find(v, key, &leaf);
}

static void add(struct chain_cache *v, const unsigned char key[CHAIN_KEY_SIZE])
{
	chain_cache_add(v, key, &(struct leaf){.expires = 1});
}

START_TEST(test_verdicts_find__tells_what_was_added_with_the_key)
{
	struct chain_cache *v = chain_cache_new();
	unsigned char key[2][CHAIN_KEY_SIZE];
	const struct leaf leaf[2] = {{"CN=a", 1, 3}, {"CN=b", 2, 4}};
	struct leaf found = {0};

	for (unsigned int i = 0; i < 2; i++) {
		make_key(key[i], 7, i);
		chain_cache_add(v, key[i], &leaf[i]);
	}
	for (int i = 0; i < 2; i++) {
		ck_assert(chain_cache_find(v, key[i], &found));
		ck_assert_str_eq(found.subject, leaf[i].subject);
		ck_assert_int_eq(found.begins, leaf[i].begins);
		ck_assert_int_eq(found.expires, leaf[i].expires);
	}
	chain_cache_free(v);
}
END_TEST

START_TEST(test_verdicts_find__what_was_added_only)
{
	struct chain_cache *v = chain_cache_new();
	unsigned char a[CHAIN_KEY_SIZE], b[CHAIN_KEY_SIZE], c[CHAIN_KEY_SIZE] = {0};

	make_key(a, 7, 1);
	make_key(b, 7, 2);                   /* the same place, the last byte differs */
	ck_assert(!has(v, a) && !has(v, c)); /* all zero is in no empty set */
	add(v, a);
	ck_assert(has(v, a) && !has(v, b));
	add(v, b);
	add(v, a);
	ck_assert(has(v, a) && has(v, b));
	chain_cache_free(v);
}
END_TEST

START_TEST(test_verdicts_add__is_bounded_and_never_forgets_nor_invents)
{
	struct chain_cache *v = chain_cache_new();
	unsigned char key[CHAIN_KEY_SIZE];
	unsigned int kept = 0;

	for (unsigned int i = 0; i < 100; i++) {
		make_key(key, 65535, i);
		add(v, key);
		kept += has(v, key);
	}
	ck_assert_uint_ge(kept, 1);
	ck_assert_uint_lt(kept, 100);
	for (unsigned int i = 0; i < kept; i++) {
		make_key(key, 65535, i);
		ck_assert(has(v, key));
	}
	make_key(key, 65535, 99);
	ck_assert(!has(v, key));
	chain_cache_free(v);
}
END_TEST

static void *add_many(void *arg)
{
	unsigned char key[CHAIN_KEY_SIZE];

	for (unsigned int i = 0; i < 2000; i++) {
		make_key(key, i * 4, i);
		add(arg, key);
	}
	return NULL;
}

START_TEST(test_verdicts_add__threads_may_share_it)
{
	struct chain_cache *v = chain_cache_new();
	unsigned char key[CHAIN_KEY_SIZE];
	pthread_t thread[4];

	for (size_t i = 0; i < 4; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, add_many, v), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	for (unsigned int i = 0; i < 2000; i++) {
		make_key(key, i * 4, i);
		ck_assert(has(v, key));
	}
	chain_cache_free(v);
}
END_TEST

START_TEST(test_verdicts_free__accepts_null)
{
	chain_cache_free(NULL);
}
END_TEST

UNIT_MAIN("verdicts", test_verdicts_find__tells_what_was_added_with_the_key,
	  test_verdicts_find__what_was_added_only,
	  test_verdicts_add__is_bounded_and_never_forgets_nor_invents,
	  test_verdicts_add__threads_may_share_it, test_verdicts_free__accepts_null)
