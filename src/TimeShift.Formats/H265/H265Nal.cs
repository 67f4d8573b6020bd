using TimeShift.Formats.Nal;

namespace TimeShift.Formats.H265;

/// <summary>nal_unit_type of H.265 (ITU-T H.265 table 7-1): bits 1 to 6 of the first byte of a header of two.</summary>
public static class H265Nal
{
    public const int BlaWithLeading = 16;
    public const int Cra = 21;
    public const int Vps = 32;
    public const int Sps = 33;
    public const int Pps = 34;
    public const int AccessUnitDelimiter = 35;
    public const int FillerData = 38;

    public const int HeaderSize = 2;

    public static int TypeOf(byte header) => header >> 1 & 0x3F;

    /// <summary>nuh_layer_id: 0 is the base layer, others are scalable and multiview extensions (Annexes F to I).</summary>
    public static int LayerOf(ReadOnlySpan<byte> nal) => nal.Length < HeaderSize ? 0 : (nal[0] & 1) << 5 | nal[1] >> 3;

    internal static NalRole RoleOf(byte header) => TypeOf(header) switch
    {
        >= BlaWithLeading and <= Cra => NalRole.KeySlice,
        Vps or Sps or Pps => NalRole.ParameterSet,
        AccessUnitDelimiter or FillerData => NalRole.Discardable,
        _ => NalRole.Other,
    };
}
