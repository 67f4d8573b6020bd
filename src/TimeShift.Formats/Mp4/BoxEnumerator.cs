namespace TimeShift.Formats.Mp4;

/// <summary>The boxes that lie one after the other in a container's content. All of them must be complete.</summary>
internal ref struct BoxEnumerator(ReadOnlySpan<byte> content)
{
    private ReadOnlySpan<byte> _rest = content;

    public BoxHeader Header { get; private set; }

    public readonly uint Type => Header.Type;

    /// <summary>What follows the current box's header.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <exception cref="Mp4FormatException">A box is longer than what contains it.</exception>
    public bool MoveNext()
    {
        // QuickTime ends some lists with a 32-bit zero; no box fits in what is left.
        if (_rest.Length < 8) return false;
        if (!Box.TryReadHeader(_rest, out var header))
            throw new Mp4FormatException($"the header of a box needs more than the {_rest.Length} bytes that its container has left");
        var size = header.ReachesEnd ? _rest.Length : header.Size;
        if (size > _rest.Length) throw new Mp4FormatException($"box {header} is in a container that has {_rest.Length} bytes left");
        Header = header;
        Content = _rest[header.HeaderSize..(int)size];
        _rest = _rest[(int)size..];
        return true;
    }

    /// <summary>The content of the first box of that type; false when there is none.</summary>
    public static bool TryFind(ReadOnlySpan<byte> container, uint type, out ReadOnlySpan<byte> content)
    {
        var boxes = new BoxEnumerator(container);
        while (boxes.MoveNext())
        {
            if (boxes.Type != type) continue;
            content = boxes.Content;
            return true;
        }

        content = default;
        return false;
    }

    /// <exception cref="Mp4FormatException">There is no such box.</exception>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> container, uint type, string parent) =>
        TryFind(container, type, out var content) ? content
        : throw new Mp4FormatException($"'{parent}' has no '{FourCc.ToText(type)}'");

    /// <exception cref="Mp4FormatException">The content is shorter than that.</exception>
    public static void Require(ReadOnlySpan<byte> content, int bytes, uint type)
    {
        if (content.Length < bytes)
            throw new Mp4FormatException($"'{FourCc.ToText(type)}' has {content.Length} bytes of content; expected at least {bytes}");
    }
}
