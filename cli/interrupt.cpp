#include "cli/interrupt.h"

#include <array>
#include <csignal>

namespace dubplate::cli {
namespace {

volatile std::sig_atomic_t stop_asked = 0;
int instances = 0;

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};
std::array<struct sigaction, kSignals.size()> before;

extern "C" void ask_to_stop(int) { stop_asked = 1; }

}  // namespace

Interrupt::Interrupt() {
    if (instances++ > 0) return;
    stop_asked = 0;
    for (std::size_t k = 0; k < kSignals.size(); ++k) {
        sigaction(kSignals[k], nullptr, &before[k]);
        if (kSignals[k] == SIGHUP && before[k].sa_handler == SIG_IGN) continue;
        struct sigaction action {};
        action.sa_handler = ask_to_stop;
        sigemptyset(&action.sa_mask);
        action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
        sigaction(kSignals[k], &action, nullptr);
    }
}

Interrupt::~Interrupt() {
    if (--instances > 0) return;
    for (std::size_t k = 0; k < kSignals.size(); ++k) sigaction(kSignals[k], &before[k], nullptr);
}

bool Interrupt::asked() const { return stop_asked != 0; }

}  // namespace dubplate::cli
