using TimeShift.Formats.Rtmp;

namespace TimeShift.LoadTest.Rtmp;

/// <summary>A message from the server.</summary>
internal readonly record struct RtmpReply(RtmpMessageType Type, byte[] Body);
