#include "kernels/kernel_set.h"

#include <vector>

namespace dubplate::kernels {
namespace {

const KernelSet& chosen_set() {
    static const KernelSet& chosen = *kernel_set(chosen_isa());
    return chosen;
}

}  // namespace

const KernelSet* kernel_set(Isa isa) {
#if defined(DUBPLATE_HAS_V4)
    if (isa == Isa::v4) return &kKernelsV4;
#endif
    return isa == Isa::v3 ? &kKernelsV3 : nullptr;
}

const BlockFunctions& block_functions() { return *chosen_set().blocks; }

std::span<const ProcessorKind* const> processor_kinds() { return chosen_set().processors; }

ProcessorTable processor_table() {
    static const auto table = [] {
        std::vector<const ProcessorDescription*> descriptions;
        for (const ProcessorKind* kind : processor_kinds()) descriptions.push_back(&kind->description);
        return descriptions;
    }();
    return table;
}

const ProcessorKind* find_processor(std::string_view name) {
    for (const ProcessorKind* kind : processor_kinds())
        if (kind->description.name == name) return kind;
    return nullptr;
}

}  // namespace dubplate::kernels
