#include "engine/regions/resident_spectra.h"

#include <algorithm>

#include "engine/audio/hash.h"

namespace dubplate::regions {

ResidentSpectra::Key ResidentSpectra::key_of(std::span<const float> taps, int points) {
    audio::Xxh3 hash;
    hash.update(taps.data(), taps.size_bytes());
    return {hash.digest(), taps.size(), points};
}

ResidentSpectra::Held ResidentSpectra::find(const Key& key) const {
    const auto found = kept_.find(key);
    return found == kept_.end() ? nullptr : found->second;
}

ResidentSpectra::Held ResidentSpectra::keep(const Key& key, std::byte* memory) {
    return kept_[key] = std::make_shared<std::byte*>(memory);
}

bool ResidentSpectra::make_room() {
    const auto idle =
        std::find_if(kept_.begin(), kept_.end(), [](const auto& one) { return one.second.use_count() == 1; });
    if (idle == kept_.end()) return false;
    device_.release(*idle->second);
    kept_.erase(idle);
    return true;
}

}  // namespace dubplate::regions
