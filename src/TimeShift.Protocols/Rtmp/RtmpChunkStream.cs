using TimeShift.Core.Packets;
using TimeShift.Formats.Rtmp;

namespace TimeShift.Protocols.Rtmp;

/// <summary>What the chunks of one chunk stream id have in common: the last header, and the message that is being put together.</summary>
internal sealed class RtmpChunkStream(int id)
{
    // An absolute time above it, "repeated" by format 3, is no frame interval.
    private const uint MaxRepeatedAbsolute = 10_000;
    private bool _fresh = true;
    private uint _delta;

    public int Id { get; } = id;

    public uint Timestamp { get; private set; }

    /// <summary>The last header's timestamp field, where it was an extended one; chunks of format 3 repeat it.</summary>
    public uint? Extended { get; private set; }

    public int MessageLength { get; private set; }

    public RtmpMessageType Type { get; private set; }

    public uint StreamId { get; private set; }

    /// <summary>Default between messages.</summary>
    public OwnedPacket Body { get; set; }

    public int Received { get; set; }

    /// <summary>Takes the header of a message's first chunk.</summary>
    /// <exception cref="RtmpProtocolException">The header repeats one that never was.</exception>
    public void Begin(in RtmpChunkHeader header)
    {
        // librtmp's first ping has format 1 on a new chunk stream; a length at least is there.
        if (_fresh && header.Format >= 2)
            throw new RtmpProtocolException($"chunk stream {Id} begins with format {header.Format}, which repeats an earlier header; expected format 0");
        if (header.Format <= 1) (MessageLength, Type) = (header.MessageLength, header.Type);
        if (header.Format <= 2) Extended = header.IsExtended ? header.Timestamp : null;
        if (header.Format == 0)
        {
            StreamId = header.StreamId;
            Timestamp = header.Timestamp;
            // §5.3.1.2.4: a chunk of format 3 after one of format 0 has that one's time as its difference. librtmp and nginx-rtmp
            // mean "the same time again" instead; with a time of day in the field the specification's reading is absurd.
            _delta = header.Timestamp <= MaxRepeatedAbsolute ? header.Timestamp : 0;
        }
        else
        {
            if (header.Format <= 2) _delta = header.Timestamp;
            Timestamp += _delta;
        }

        _fresh = false;
        Received = 0;
    }

    /// <summary>Whether four bytes after a header of format 3 are the extended timestamp; some senders leave it out, some write the absolute time.</summary>
    public bool IsRepeatedTimestamp(uint value) => value == Extended || value == Timestamp || (Body.IsDefault && value == Timestamp + _delta);

    public void Drop()
    {
        Body.Dispose();
        Body = default;
    }
}
