#pragma once

/// The parts of the demo's song, one function per group of instruments: each appends its tracks in mixing-desk order.

#include <vector>

#include "cli/demo/track.h"

namespace dubplate::demo {

inline constexpr Layout kMono{Layout::Kind::mono, 1};
inline constexpr Layout kStereo{Layout::Kind::stereo, 2};

void add_drums(const Song& song, std::vector<session::Strip>& tracks);
void add_percussion(const Song& song, std::vector<session::Strip>& tracks);
void add_bass(const Song& song, std::vector<session::Strip>& tracks);
void add_keys(const Song& song, std::vector<session::Strip>& tracks);
void add_guitars(const Song& song, std::vector<session::Strip>& tracks);
void add_voices(const Song& song, std::vector<session::Strip>& tracks);
void add_ambience(const Song& song, std::vector<session::Strip>& tracks);

/// Buses, returns and the master, in that order; responses are the files of cli/demo/responses.h.
void add_mixer(std::vector<session::Strip>& strips);

}  // namespace dubplate::demo
