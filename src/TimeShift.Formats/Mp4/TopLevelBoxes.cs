using System.Buffers.Binary;

namespace TimeShift.Formats.Mp4;

public enum BoxState : byte
{
    /// <summary>All of the box is there.</summary>
    Complete,

    /// <summary>The box starts well, and bytes are missing at its end.</summary>
    Torn,

    /// <summary>What stands here is no box.</summary>
    Garbage,
}

/// <param name="Header">Default where the state is <see cref="BoxState.Garbage"/>, or <see cref="BoxState.Torn"/> within the
/// header.</param>
/// <param name="Size">Bytes of the box when complete; else 0.</param>
/// <param name="Missing">Bytes that a torn box still needs, at least: within the header only the header's are known. Else 0.</param>
public readonly record struct BoxScan(BoxState State, BoxHeader Header, long Size, long Missing);

/// <summary>The boxes of a file, one after the other. Reads a file by its headers alone, so that a torn tail is found without reading the
/// media.</summary>
/// <example>
/// <code>
/// for (long at = 0; at &lt; length; at += scan.Size)
/// {
///     var read = RandomAccess.Read(file, head, at);
///     scan = TopLevelBoxes.Scan(head[..read], length - at);
///     if (scan.State != BoxState.Complete) break; // the file is whole up to here
/// }
/// </code>
/// </example>
public static class TopLevelBoxes
{
    /// <summary>Judges the box at some position of a file. Never throws: this is for bytes that a crash left behind.</summary>
    /// <param name="head">The bytes there: <see cref="BoxHeader.MaxSize"/>, or as many as the file has.</param>
    /// <param name="available">Bytes of the file from that position on; at least 1.</param>
    public static BoxScan Scan(ReadOnlySpan<byte> head, long available)
    {
        BoxHeader header;
        try
        {
            if (!Box.TryReadHeader(head, out header)) return ScanShort(head);
        }
        catch (Mp4FormatException)
        {
            return new BoxScan(BoxState.Garbage, default, 0, 0);
        }

        // Zeros, which file systems leave behind after a power cut, are no type either.
        if (!FourCc.IsPrintable(header.Type)) return new BoxScan(BoxState.Garbage, default, 0, 0);
        var size = header.ReachesEnd ? available : header.Size;
        return size <= available
            ? new BoxScan(BoxState.Complete, header, size, 0)
            : new BoxScan(BoxState.Torn, header, 0, size - available);
    }

    /// <summary>The complete boxes of a span; stops in front of one that is torn or garbage.</summary>
    public static Enumerator Enumerate(ReadOnlySpan<byte> data) => new(data);

    private static BoxScan ScanShort(ReadOnlySpan<byte> head)
    {
        var needed = 8;
        if (head.Length >= 8)
        {
            var type = BinaryPrimitives.ReadUInt32BigEndian(head[4..]);
            if (!FourCc.IsPrintable(type)) return new BoxScan(BoxState.Garbage, default, 0, 0);
            var isLarge = head[..4].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 1]);
            needed = 8 + (isLarge ? 8 : 0) + (type == FourCc.Uuid ? 16 : 0);
        }

        return new BoxScan(BoxState.Torn, default, 0, needed - head.Length);
    }

    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _data;
        private BoxScan _scan;

        internal Enumerator(ReadOnlySpan<byte> data) => _data = data;

        /// <summary>Where the current box starts, or where the walk stopped.</summary>
        public int Offset { get; private set; }

        public readonly BoxHeader Header => _scan.Header;

        /// <summary>After the last box: <see cref="BoxState.Complete"/> when the data ends with it, else what stands at
        /// <see cref="Offset"/>.</summary>
        public readonly BoxState State => _scan.State;

        /// <summary>The current box, its header included.</summary>
        public readonly ReadOnlySpan<byte> Current => _data.Slice(Offset, (int)_scan.Size);

        public readonly Enumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_scan.State != BoxState.Complete) return false;
            Offset += (int)_scan.Size;
            if (Offset == _data.Length)
            {
                _scan = default;
                return false;
            }

            _scan = Scan(_data[Offset..], _data.Length - Offset);
            return _scan.State == BoxState.Complete;
        }
    }
}
