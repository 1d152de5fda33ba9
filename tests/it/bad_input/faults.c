/* A machine that fails: loaded before the C library, it makes the Nth change of the disk fail or kill the process,
 * changes an input in the moment in which it is opened, and sets the clock. What it is to do stands in the
 * environment, which it clears: processes that this one starts see a sound machine.
 *
 *   AMUR_FAULT_AT     which change of the disk, counted from 1
 *   AMUR_FAULT_HOW    "kill", or the number of an error
 *   AMUR_FAULT_CALL   the only kind of change that counts: "fsync", "rename"; else all do
 *   AMUR_FAULT_TOLD   a file that is made when that change comes
 *   AMUR_FAULT_INPUT  an input file
 *   AMUR_FAULT_DO     "delete", "grow", or the path of the file that replaces it once it is open
 *   AMUR_FAULT_CLOCK  the only moment that the clock knows, in seconds since 1970
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static long fault_at, moment;
static int fault_error;
static char call[16], told[4096], input[4096], action[4096];
static atomic_long changes;
static atomic_int changed_input;

static void take(const char *name, char *into, size_t size) {
    const char *value = getenv(name);
    if (value) snprintf(into, size, "%s", value);
    unsetenv(name);
}

__attribute__((constructor)) static void begin(void) {
    char at[32] = "0", how[16] = "", clock[32] = "0";
    take("AMUR_FAULT_AT", at, sizeof at);
    take("AMUR_FAULT_HOW", how, sizeof how);
    take("AMUR_FAULT_CALL", call, sizeof call);
    take("AMUR_FAULT_TOLD", told, sizeof told);
    take("AMUR_FAULT_INPUT", input, sizeof input);
    take("AMUR_FAULT_DO", action, sizeof action);
    take("AMUR_FAULT_CLOCK", clock, sizeof clock);
    unsetenv("LD_PRELOAD");
    fault_at = atol(at);
    fault_error = strcmp(how, "kill") ? atoi(how) : 0;
    moment = atol(clock);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Whether this change fails; does not return where it kills. */
static int fails(const char *kind) {
    if (call[0] && strcmp(call, kind)) return 0;
    if (!fault_at || atomic_fetch_add(&changes, 1) + 1 != fault_at) return 0;
    FILE *note = fopen(told, "w");
    if (note) fclose(note);
    if (!fault_error) raise(SIGKILL);
    errno = fault_error;
    return 1;
}

int fsync(int file) { return fails("fsync") ? -1 : REAL(fsync)(file); }
int rename(const char *from, const char *to) { return fails("rename") ? -1 : REAL(rename)(from, to); }
int mkdir(const char *path, mode_t mode) { return fails("mkdir") ? -1 : REAL(mkdir)(path, mode); }
int rmdir(const char *path) { return fails("rmdir") ? -1 : REAL(rmdir)(path); }
int unlink(const char *path) { return fails("unlink") ? -1 : REAL(unlink)(path); }
int symlink(const char *to, const char *path) { return fails("symlink") ? -1 : REAL(symlink)(to, path); }
int unlinkat(int folder, const char *path, int flags) {
    return fails("unlink") ? -1 : REAL(unlinkat)(folder, path, flags);
}

/* What is written to files; half of it is when the machine stops. */
ssize_t write(int file, const void *bytes, size_t length) {
    __typeof__(&write) real = REAL(write);
    struct stat details;
    if (file > 2 && !fstat(file, &details) && S_ISREG(details.st_mode)) {
        if (fault_at && !call[0] && !fault_error && atomic_load(&changes) + 1 == fault_at)
            length = length && real(file, bytes, length / 2) < 0 ? 0 : length;
        if (fails("write")) return -1;
    }
    return real(file, bytes, length);
}

static void change_input(void) {
    if (!strcmp(action, "delete")) REAL(unlink)(input);
    else if (strcmp(action, "grow")) REAL(rename)(action, input);
    else {
        FILE *file = fopen(input, "a");
        if (file) fputs("\xe4\xb8\x9c\xe5\xae\x81,9\n", file), fclose(file);
    }
}

static int opened(const char *path, int flags, mode_t mode, const char *name) {
    int (*real)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, name);
    int is_input = input[0] && !strcmp(path, input) && !atomic_exchange(&changed_input, 1);
    if (is_input && action[0] != '/') change_input();
    if ((flags & O_CREAT) && fails("open")) return -1;
    int file = real(path, flags, mode);
    if (is_input && action[0] == '/') change_input();
    return file;
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return opened(path, flags, mode, "open");
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return opened(path, flags, mode, "open64");
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int result = REAL(clock_gettime)(clock, now);
    if (!result && moment && clock == CLOCK_REALTIME) *now = (struct timespec){.tv_sec = moment};
    return result;
}
