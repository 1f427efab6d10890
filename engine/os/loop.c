/* SPDX-License-Identifier: Apache-2.0 */
/* The loop and the calls that other threads post to it: a list under a lock, and one wake-up of
 * libuv for as many posts as have gathered by then. */
#include "os/private.h"

/* Gives back what a stop in mid-turn has left, ahead of what came meanwhile. */
static void put_back(struct weir_os *os, struct weir_post *first)
{
    struct weir_post *last = first;
    while (last->next != NULL) {
        last = last->next;
    }
    pthread_mutex_lock(&os->post_lock);
    last->next = os->first_post;
    if (os->first_post == NULL) {
        os->last_post = last;
    }
    os->first_post = first;
    pthread_mutex_unlock(&os->post_lock);
    (void)uv_async_send(&os->wake);
}

static void fire_posts(uv_async_t *wake)
{
    struct weir_os *os = wake->data;
    if (os->is_stopping) {
        (void)uv_async_send(wake); /* for the next loop */
        return;
    }
    pthread_mutex_lock(&os->post_lock);
    struct weir_post *post = os->first_post;
    os->first_post = os->last_post = NULL;
    pthread_mutex_unlock(&os->post_lock);
    while (post != NULL && !os->is_stopping) {
        struct weir_post *next = post->next; /* once fired the owner may use it again */
        post->next = NULL;
        post->fire(post);
        post = next;
    }
    if (post != NULL) {
        put_back(os, post);
    }
}

int weir_os_posts_begin(struct weir_os *os, struct weir_error *err)
{
    pthread_mutex_init(&os->post_lock, NULL);
    int status = uv_async_init(&os->loop, &os->wake, fire_posts);
    if (status != 0) {
        pthread_mutex_destroy(&os->post_lock);
        return weir_error_set(err, WEIR_ETEMPORARY,
                              "the system gives the event loop no descriptor (%s); raise ulimit -n",
                              uv_strerror(status));
    }
    os->wake.data = os;
    return WEIR_OK;
}

void weir_os_posts_end(struct weir_os *os)
{
    uv_close((uv_handle_t *)&os->wake, NULL);
    pthread_mutex_destroy(&os->post_lock);
}

void weir_os_post(struct weir_env *env, struct weir_post *post)
{
    struct weir_os *os = weir_os_of(env);
    post->next = NULL;
    pthread_mutex_lock(&os->post_lock);
    bool is_first = os->first_post == NULL;
    if (is_first) {
        os->first_post = post;
    } else {
        os->last_post->next = post;
    }
    os->last_post = post;
    pthread_mutex_unlock(&os->post_lock);
    if (is_first) {
        (void)uv_async_send(&os->wake);
    }
}

void weir_os_loop(struct weir_env *env)
{
    struct weir_os *os = weir_os_of(env);
    (void)uv_run(&os->loop, UV_RUN_DEFAULT); /* the wake-up handle keeps it alive until uv_stop */
    os->is_stopping = false;
}

void weir_os_stop(struct weir_env *env)
{
    struct weir_os *os = weir_os_of(env);
    os->is_stopping = true;
    uv_stop(&os->loop);
}
