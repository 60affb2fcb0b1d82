target_sources(dubplate_engine PRIVATE
  audio/impulse.cpp
  audio/clip_track.cpp
  audio/file_sink.cpp
  audio/source.cpp
)
