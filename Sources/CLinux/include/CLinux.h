#ifndef ORDEAL_CLINUX_H
#define ORDEAL_CLINUX_H

#endif
