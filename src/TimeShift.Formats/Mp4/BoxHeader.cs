namespace TimeShift.Formats.Mp4;

/// <param name="Type">Four-character code, see <see cref="FourCc"/>.</param>
/// <param name="Size">Bytes of the whole box, its header included; 0 where the box goes on to the end of the file.</param>
/// <param name="HeaderSize">Bytes in front of the content: 8, 16 with a 64-bit size, and 16 more for a <c>uuid</c> box's extended
/// type.</param>
public readonly record struct BoxHeader(uint Type, long Size, int HeaderSize)
{
    /// <summary>Bytes that suffice for any header.</summary>
    public const int MaxSize = 32;

    public bool ReachesEnd => Size == 0;

    public override string ToString() => $"'{FourCc.ToText(Type)}' of {Size} bytes";
}
