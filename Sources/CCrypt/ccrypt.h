// libxcrypt, the machine's own library for hashing passwords.
#include <crypt.h>
