namespace TimeShift.FFmpeg.Generator;

/// <summary>What the headers declare, in their order. Types are still C's.</summary>
internal sealed class Model
{
    public List<Record> Records { get; } = [];

    public List<EnumType> Enums { get; } = [];

    public List<Function> Functions { get; } = [];

    public List<Macro> Macros { get; } = [];

    /// <summary>Typedef name to what it stands for.</summary>
    public Dictionary<string, CType> Typedefs { get; } = [];

    /// <summary>Names after <c>struct</c> or <c>union</c> in FFmpeg's headers, defined there or not.</summary>
    public HashSet<string> Tags { get; } = [];
}

/// <param name="CExpression">How C names the type: <c>AVFrame</c>, <c>struct tag</c>, or a member's path for a type without a name.</param>
/// <param name="Owner">For a type without a name: the record and member that hold it, as <c>AVChannelLayout</c> and <c>u</c>.</param>
internal sealed record Record(string Name, bool IsUnion, List<Field> Fields, string? Doc, string CExpression, (string Record, string Member)? Owner);

/// <param name="Bits">Width of a bit field, else 0.</param>
internal sealed record Field(string Name, CType Type, int Bits, bool IsDeprecated, string? Doc);

internal sealed record EnumType(string Name, List<(string Name, long Value, string? Doc)> Values, string? Doc);

/// <param name="Library">Without <c>lib</c>: <c>avformat</c>.</param>
internal sealed record Function(string Library, string Name, CType Result, List<Parameter> Parameters, bool IsDeprecated, string? Doc);

/// <param name="ArrayCount">A parameter declared as an array decays to a pointer in the AST: the declared length, 0 for <c>[]</c>, null for
/// none.</param>
internal sealed record Parameter(string Name, CType Type, int? ArrayCount);

/// <param name="Literal">The value as C#.</param>
internal sealed record Macro(string Name, string Type, string Literal);
