/* SPDX-License-Identifier: Apache-2.0 */
/* Dedicated threads, one per receiver: they block in the outside world, which a pool thread must
 * not. */
#include "os/private.h"

#include <signal.h>
#include <stdio.h>

enum { WEIR_OS_THREAD_NAME_BYTES = 16 }; /* the kernel's limit */

struct weir_os_thread {
    struct weir_os *os;
    struct weir_thread *thread;
    pthread_t id;
    char name[WEIR_OS_THREAD_NAME_BYTES];
    struct weir_post ended;
    struct weir_os_thread *next;
};

int weir_os_spawn(pthread_t *id, void *(*main)(void *argument), void *argument)
{
    sigset_t blocked, before;
    sigfillset(&blocked);
    sigdelset(&blocked, SIGSEGV);
    sigdelset(&blocked, SIGBUS);
    sigdelset(&blocked, SIGFPE);
    sigdelset(&blocked, SIGILL);
    sigdelset(&blocked, SIGABRT);
    sigdelset(&blocked, SIGTRAP);
    (void)pthread_sigmask(SIG_BLOCK, &blocked, &before); /* the new thread inherits the mask */
    int error = pthread_create(id, NULL, main, argument);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

static void *thread_main(void *argument)
{
    struct weir_os_thread *self = argument;
    (void)pthread_setname_np(pthread_self(), self->name);
    void *stack = weir_os_stack_begin();
    self->thread->run(self->thread);
    weir_os_stack_end(stack);
    weir_os_post(&self->os->env, &self->ended);
    return NULL;
}

static void finish_thread(struct weir_post *post)
{
    struct weir_os_thread *ended = post->owner;
    struct weir_thread *thread = ended->thread;
    (void)pthread_join(ended->id, NULL);
    struct weir_os_thread **place = &ended->os->threads;
    while (*place != ended) {
        place = &(*place)->next;
    }
    *place = ended->next;
    weir_free(ended);
    thread->impl = NULL;
    thread->ended(thread);
}

int weir_os_thread_start(struct weir_env *env,
                         struct weir_thread *thread,
                         const char *name,
                         struct weir_error *err)
{
    struct weir_os *os = weir_os_of(env);
    struct weir_os_thread *self = weir_alloc(sizeof *self);
    self->os = os;
    self->thread = thread;
    self->ended = (struct weir_post){.fire = finish_thread, .owner = self};
    (void)snprintf(self->name, sizeof self->name, "%s", name);
    int error = weir_os_spawn(&self->id, thread_main, self);
    if (error != 0) {
        weir_free(self);
        return weir_error_set(err, WEIR_ETEMPORARY,
                              "thread %s: the system starts no more threads (%s); raise ulimit -u",
                              name, weir_os_reason(error));
    }
    thread->impl = self;
    self->next = os->threads;
    os->threads = self;
    return WEIR_OK;
}

void weir_os_threads_join(struct weir_os *os)
{
    while (os->threads != NULL) {
        struct weir_os_thread *next = os->threads->next;
        (void)pthread_join(os->threads->id, NULL);
        weir_free(os->threads);
        os->threads = next;
    }
}
