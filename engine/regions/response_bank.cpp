#include "engine/regions/response_bank.h"

#include "kernels/cpu/overlap_window.h"

namespace dubplate::regions {

std::size_t ResponseBank::add(const std::vector<float>& taps, int points) {
    const auto [found, is_new] = known_.try_emplace(Key{taps, points}, responses_.size());
    if (is_new) responses_.push_back(&found->first);
    return found->second;
}

void ResponseBank::compute(
    const std::function<void(std::size_t count, const std::function<void(std::size_t)>& function)>& for_each) {
    spectra_.resize(responses_.size());
    keys_.resize(responses_.size());
    for (const Key* response : responses_) precise_turns(response->points);
    for_each(responses_.size(), [&](std::size_t k) {
        const Key& response = *responses_[k];
        if (kept_) keys_[k] = ResidentSpectra::key_of(response.taps, response.points);
        if (kept_ && kept_->find(keys_[k])) return;
        spectra_[k].resize(spectra_size(response.taps.size(), response.points));
        response_spectra(response.taps, precise_turns_.at(response.points), spectra_[k]);
    });
    // From here on nobody takes them away.
    for (const ResidentSpectra::Key& key : keys_)
        if (kept_) held_.push_back(kept_->find(key));
}

Result<void> ResponseBank::upload(RegionMemory& memory) {
    for (std::size_t k = 0; k < spectra_.size(); ++k) {
        const auto placed = upload(memory, keys_[k], spectra_[k]);
        if (!placed) return fail(placed.error());
        on_device_.push_back(*placed);
        spectra_[k] = {};
    }
    responses_ = {};
    known_ = {};
    return {};
}

Result<const device::Complex*> ResponseBank::upload(RegionMemory& memory, const ResidentSpectra::Key& key,
                                                    const std::vector<device::Complex>& numbers) {
    using Lasting = RegionMemory::Lasting;
    if (kept_)
        if (auto there = kept_->find(key)) {
            held_.push_back(there);
            return reinterpret_cast<const device::Complex*>(*there);
        }
    const auto placed = memory.upload(std::as_bytes(std::span(numbers)), kept_ ? Lasting::longer : Lasting::region);
    if (!placed) return fail(placed.error());
    if (kept_) held_.push_back(kept_->keep(key, *placed));
    return reinterpret_cast<const device::Complex*>(*placed);
}

const BlockTurns& ResponseBank::precise_turns(int points) {
    return precise_turns_.try_emplace(points, points).first->second;
}

Result<const device::Complex*> ResponseBank::turns(RegionMemory& memory, int points) {
    const device::Complex*& of_size = turns_[points];
    if (!of_size) {
        const auto placed = upload(memory, {.points = points}, precise_turns(points).rounded());
        if (!placed) return fail(placed.error());
        of_size = *placed;
    }
    return of_size;
}

Result<const float*> ResponseBank::window(RegionMemory& memory, int points) {
    const float*& of_size = windows_[points];
    if (!of_size) {
        const kernels::AlignedVector<float> made = kernels::overlap_window(points);
        const auto placed = memory.upload(std::as_bytes(std::span(made)));
        if (!placed) return fail(placed.error());
        of_size = reinterpret_cast<const float*>(*placed);
    }
    return of_size;
}

}  // namespace dubplate::regions
