namespace TimeShift.Core.Packets;

[Flags]
public enum PacketFlags : byte
{
    None = 0,

    /// <summary>Decoding may start here (IDR, BLA, CRA, AV1 key frame; every packet of audio).</summary>
    Key = 1,

    /// <summary>The source says that something is missing before this packet.</summary>
    Discontinuity = 2,
}
