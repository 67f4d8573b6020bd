using System.Collections.Immutable;

namespace TimeShift.Formats.Amf;

/// <summary>A value of AMF0 (§2 of its specification). Immutable; compared by content.</summary>
public abstract record AmfValue
{
    private protected AmfValue()
    {
    }

    public static AmfValue Null { get; } = new AmfNull();

    /// <summary>Also stands for "unsupported" (§2.15).</summary>
    public static AmfValue Undefined { get; } = new AmfUndefined();

    public static implicit operator AmfValue(double value) => new AmfNumber(value);

    public static implicit operator AmfValue(bool value) => new AmfBoolean(value);

    public static implicit operator AmfValue(string value) => new AmfString(value);
}

public sealed record AmfNumber(double Value) : AmfValue;

public sealed record AmfBoolean(bool Value) : AmfValue;

/// <summary>A string, short or long: the writer picks the form by its length.</summary>
public sealed record AmfString(string Value) : AmfValue;

public sealed record AmfNull : AmfValue;

public sealed record AmfUndefined : AmfValue;

/// <param name="Milliseconds">Since 1970-01-01T00:00:00 in UTC.</param>
/// <param name="ZoneMinutes">Reserved by the specification, should be 0; kept as it came.</param>
public sealed record AmfDate(double Milliseconds, short ZoneMinutes) : AmfValue;

public sealed record AmfXml(string Document) : AmfValue;

/// <summary>A strict array (§2.12).</summary>
public sealed record AmfArray(ImmutableArray<AmfValue> Items) : AmfValue
{
    public bool Equals(AmfArray? other) => other is not null && Items.AsSpan().SequenceEqual(other.Items.AsSpan());

    public override int GetHashCode() => Items.Length;
}

/// <summary>An anonymous object (§2.5), an ECMA array (§2.10) or a typed object (§2.18), its properties in the order in which they came.</summary>
public sealed record AmfObject(ImmutableArray<KeyValuePair<string, AmfValue>> Properties) : AmfValue
{
    public bool IsEcmaArray { get; init; }

    /// <summary>Null but for a typed object.</summary>
    public string? ClassName { get; init; }

    /// <summary>The first property of that name, or null.</summary>
    public AmfValue? this[string name]
    {
        get
        {
            foreach (var (key, value) in Properties)
            {
                if (key == name) return value;
            }

            return null;
        }
    }

    public static AmfObject Of(params ReadOnlySpan<(string Name, AmfValue Value)> properties)
    {
        var list = ImmutableArray.CreateBuilder<KeyValuePair<string, AmfValue>>(properties.Length);
        foreach (var (name, value) in properties) list.Add(new(name, value));
        return new AmfObject(list.MoveToImmutable());
    }

    /// <summary>The text of a string property; null where it is absent or something else.</summary>
    public string? Text(string name) => (this[name] as AmfString)?.Value;

    public double? Number(string name) => (this[name] as AmfNumber)?.Value;

    public bool Equals(AmfObject? other) => other is not null && IsEcmaArray == other.IsEcmaArray && ClassName == other.ClassName
        && Properties.AsSpan().SequenceEqual(other.Properties.AsSpan());

    public override int GetHashCode() => HashCode.Combine(IsEcmaArray, ClassName, Properties.Length);
}
