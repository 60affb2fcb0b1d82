#include <array>

#include "kernels/processors/compressor.h"
#include "kernels/processors/convolution.h"
#include "kernels/processors/delay.h"
#include "kernels/processors/eq.h"
#include "kernels/processors/limiter.h"
#include "kernels/processors/pan.h"
#include "kernels/processors/processor.h"
#include "kernels/processors/trim.h"

namespace dubplate::kernels {
namespace {

constexpr std::array kKinds = {
    &kTrim, &kPan, &kEq, &kCompressor, &kLimiter, &kConvolution, &kDelay,
};

}  // namespace

std::span<const ProcessorKind* const> processor_kinds() { return kKinds; }

ProcessorTable processor_table() {
    static const auto kTable = [] {
        std::array<const ProcessorDescription*, kKinds.size()> table{};
        for (std::size_t i = 0; i < kKinds.size(); ++i) table[i] = &kKinds[i]->description;
        return table;
    }();
    return kTable;
}

const ProcessorKind* find_processor(std::string_view name) {
    for (const ProcessorKind* kind : kKinds)
        if (kind->description.name == name) return kind;
    return nullptr;
}

}  // namespace dubplate::kernels
