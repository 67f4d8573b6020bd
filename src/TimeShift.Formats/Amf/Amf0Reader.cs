using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace TimeShift.Formats.Amf;

/// <summary>
/// Reads AMF0. Depth and the number of values are bounded, and an array's own count is never believed before its items are there.
/// References, movie clips, record sets and AMF3 values are refused: no publisher sends them.
/// </summary>
public static class Amf0Reader
{
    /// <summary>Objects within objects; encoders send two levels (<c>trackinfo</c>, <c>keyframes</c>).</summary>
    public const int MaxDepth = 16;

    /// <summary>Values in one call; OBS's metadata has about 25.</summary>
    public const int MaxValues = 4096;

    /// <returns>False where the value goes on after the bytes.</returns>
    /// <exception cref="AmfFormatException">The bytes are no AMF0, or beyond a bound.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out AmfValue? value, out int consumed)
    {
        var cursor = new Cursor(bytes);
        value = cursor.Value(0);
        consumed = value is null ? 0 : bytes.Length - cursor.Left;
        return value is not null;
    }

    /// <summary>The values of a whole message.</summary>
    /// <exception cref="AmfFormatException">The bytes are no AMF0, are beyond a bound, or end within a value.</exception>
    public static ImmutableArray<AmfValue> ReadAll(ReadOnlySpan<byte> bytes)
    {
        var cursor = new Cursor(bytes);
        var values = ImmutableArray.CreateBuilder<AmfValue>();
        while (cursor.Left > 0)
            values.Add(cursor.Value(0) ?? throw new AmfFormatException($"AMF0 message of {bytes.Length} bytes ends within value {values.Count + 1}"));
        return values.ToImmutable();
    }

    // Every method gives null where the bytes end too early; _rest is worthless then.
    private ref struct Cursor(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;
        private int _values;

        public readonly int Left => _rest.Length;

        public AmfValue? Value(int depth)
        {
            if (!Take(1, out var marker)) return null;
            if (depth > MaxDepth) throw new AmfFormatException($"AMF0 values lie more than {MaxDepth} deep in each other");
            if (++_values > MaxValues) throw new AmfFormatException($"AMF0 message has more than {MaxValues} values");
            switch ((AmfMarker)marker[0])
            {
                case AmfMarker.Number:
                    return Take(8, out var number) ? new AmfNumber(BinaryPrimitives.ReadDoubleBigEndian(number)) : null;
                case AmfMarker.Boolean:
                    return Take(1, out var flag) ? new AmfBoolean(flag[0] != 0) : null;
                case AmfMarker.String:
                    return ShortText() is { } text ? new AmfString(text) : null;
                case AmfMarker.LongString:
                    return LongText() is { } longText ? new AmfString(longText) : null;
                case AmfMarker.Xml:
                    return LongText() is { } document ? new AmfXml(document) : null;
                case AmfMarker.Null:
                    return AmfValue.Null;
                case AmfMarker.Undefined or AmfMarker.Unsupported:
                    return AmfValue.Undefined;
                case AmfMarker.Object:
                    return Properties(depth) is { } properties ? new AmfObject(properties) : null;
                case AmfMarker.EcmaArray:
                    // The count is a hint only (§2.10): FFmpeg and others write 0 or a wrong one.
                    return Take(4, out _) && Properties(depth) is { } entries ? new AmfObject(entries) { IsEcmaArray = true } : null;
                case AmfMarker.TypedObject:
                    return ShortText() is { } name && Properties(depth) is { } members ? new AmfObject(members) { ClassName = name } : null;
                case AmfMarker.StrictArray:
                    return Items(depth);
                case AmfMarker.Date:
                    return Take(10, out var date)
                        ? new AmfDate(BinaryPrimitives.ReadDoubleBigEndian(date), BinaryPrimitives.ReadInt16BigEndian(date[8..]))
                        : null;
                default:
                    throw new AmfFormatException(
                        $"AMF0 marker 0x{marker[0]:X2} ({(AmfMarker)marker[0]}); expected 0x00-0x03, 0x05, 0x06, 0x08, 0x0A-0x0D, 0x0F or 0x10");
            }
        }

        private bool Take(int count, out ReadOnlySpan<byte> taken)
        {
            taken = default;
            if (_rest.Length < count) return false;
            taken = _rest[..count];
            _rest = _rest[count..];
            return true;
        }

        private string? ShortText() =>
            Take(2, out var length) && Take(BinaryPrimitives.ReadUInt16BigEndian(length), out var text) ? Encoding.UTF8.GetString(text) : null;

        private string? LongText()
        {
            if (!Take(4, out var prefix)) return null;
            var length = BinaryPrimitives.ReadUInt32BigEndian(prefix);
            return length <= int.MaxValue && Take((int)length, out var text) ? Encoding.UTF8.GetString(text) : null;
        }

        private AmfArray? Items(int depth)
        {
            if (!Take(4, out var prefix)) return null;
            var count = BinaryPrimitives.ReadUInt32BigEndian(prefix);
            if (count > MaxValues) throw new AmfFormatException($"AMF0 array has {count} items; at most {MaxValues} are read");
            var items = ImmutableArray.CreateBuilder<AmfValue>();
            for (var i = 0; i < count; i++)
            {
                if (Value(depth + 1) is not { } item) return null;
                items.Add(item);
            }

            return new AmfArray(items.ToImmutable());
        }

        // name-value pairs up to an empty name with the marker of the object's end: 00 00 09.
        private ImmutableArray<KeyValuePair<string, AmfValue>>? Properties(int depth)
        {
            var properties = ImmutableArray.CreateBuilder<KeyValuePair<string, AmfValue>>();
            while (ShortText() is { } name)
            {
                if (name.Length == 0 && !_rest.IsEmpty && _rest[0] == (byte)AmfMarker.ObjectEnd)
                {
                    _rest = _rest[1..];
                    return properties.ToImmutable();
                }

                if (Value(depth + 1) is not { } value) return null;
                properties.Add(new(name, value));
            }

            return null;
        }
    }
}
