using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TimeShift.FFmpeg.Generator;

/// <summary>Reads clang's JSON AST into a <see cref="Model"/>, keeping what FFmpeg's own headers declare.</summary>
internal sealed partial class AstReader(Model model)
{
    private readonly Dictionary<string, string> _typedefOfTag = [];
    private readonly Dictionary<string, byte[]> _headers = [];

    // clang writes "file" only where it differs from the location written before, in the order of the text.
    private string _file = "";

    public void Read(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 512 });
        var declarations = document.RootElement.GetProperty("inner").EnumerateArray().ToList();
        foreach (var node in declarations)
        {
            if (Kind(node) == "TypedefDecl" && OwnedTag(node) is { } tag) _typedefOfTag.TryAdd(tag, Name(node)!);
        }

        foreach (var node in declarations)
        {
            var file = FileOf(node);
            if (LibraryOf(file) is { } library) ReadDeclaration(node, file, library);
            else if (Kind(node) == "TypedefDecl") model.Typedefs[Name(node)!] = TypeOf(node);
        }
    }

    private void ReadDeclaration(JsonElement node, string file, string library)
    {
        switch (Kind(node))
        {
            case "TypedefDecl":
                if (OwnedTag(node) is null) model.Typedefs[Name(node)!] = TypeOf(node);
                break;
            case "RecordDecl":
                if (Name(node) is { } tag) model.Tags.Add(tag);
                if (IsTrue(node, "completeDefinition")) ReadRecord(node);
                break;
            case "EnumDecl":
                ReadEnum(node);
                break;
            case "FunctionDecl" when !node.TryGetProperty("storageClass", out var storage) || storage.GetString() != "static":
                if (!IsTrue(node, "inline")) ReadFunction(node, file, library);
                break;
        }
    }

    private void ReadRecord(JsonElement node)
    {
        _typedefOfTag.TryGetValue(node.GetProperty("id").GetString()!, out var typedef);
        var name = Name(node) ?? typedef;
        if (name is null) return;
        var keyword = node.GetProperty("tagUsed").GetString();
        AddRecord(node, name, Name(node) is { } tag ? $"{keyword} {tag}" : name, owner: null);
    }

    private void AddRecord(JsonElement node, string name, string expression, (string, string)? owner)
    {
        var fields = new List<Field>();
        JsonElement? unnamed = null;
        foreach (var child in Inner(node))
        {
            if (Kind(child) == "RecordDecl")
            {
                if (Name(child) is { } tag)
                {
                    model.Tags.Add(tag);
                    if (IsTrue(child, "completeDefinition")) ReadRecord(child);
                }
                else
                {
                    unnamed = child;
                }
            }

            if (Kind(child) != "FieldDecl") continue;
            var field = Name(child) ?? throw new FormatException($"{name} has a member without a name, which no FFmpeg header had so far.");
            var type = TypeOf(child);
            if (unnamed is { } record && Mentions(type, CName.Unnamed))
            {
                var nested = $"{name}_{field}";
                AddRecord(record, nested, $"(({expression} *)0)->{field}{(type is CPointer ? "[0]" : "")}", (name, field));
                type = Replace(type, nested);
                unnamed = null;
            }

            var bits = IsTrue(child, "isBitfield") ? int.Parse(Inner(child).First(c => Kind(c) == "ConstantExpr").GetProperty("value").GetString()!) : 0;
            fields.Add(new Field(field, type, bits, IsDeprecated(child), Doc(child)));
        }

        model.Records.Add(new Record(name, node.GetProperty("tagUsed").GetString() == "union", fields, Doc(node), expression, owner));
    }

    private void ReadEnum(JsonElement node)
    {
        var values = new List<(string, long, string?)>();
        long next = 0;
        foreach (var constant in Inner(node).Where(c => Kind(c) == "EnumConstantDecl"))
        {
            var initial = Inner(constant).FirstOrDefault(c => Kind(c) is "ConstantExpr" or "ImplicitCastExpr");
            if (initial.ValueKind == JsonValueKind.Object) next = ConstantOf(initial);
            values.Add((Name(constant)!, next++, Doc(constant)));
        }

        _typedefOfTag.TryGetValue(node.GetProperty("id").GetString()!, out var typedef);
        model.Enums.Add(new EnumType(Name(node) ?? typedef ?? "", values, Doc(node)));
    }

    private static long ConstantOf(JsonElement node) => node.TryGetProperty("value", out var value)
        ? long.Parse(value.GetString()!)
        : ConstantOf(Inner(node).First());

    private void ReadFunction(JsonElement node, string file, string library)
    {
        var type = (CFunction)TypeOf(node);
        var parameters = new List<Parameter>();
        foreach (var child in Inner(node).Where(c => Kind(c) == "ParmVarDecl"))
        {
            parameters.Add(new Parameter(Name(child) ?? $"p{parameters.Count}", TypeOf(child), ArrayCount(child, file)));
        }

        if (model.Functions.All(f => f.Name != Name(node)))
            model.Functions.Add(new Function(library, Name(node)!, type.Result, parameters, IsDeprecated(node), Doc(node)));
    }

    // "uint8_t *data[4]" is "uint8_t **" in the AST: read the brackets back from the header, between the name and the declaration's end.
    private int? ArrayCount(JsonElement node, string file)
    {
        if (Name(node) is null || !node.GetProperty("loc").TryGetProperty("offset", out var offset)) return null;
        var end = node.GetProperty("range").GetProperty("end");
        if (!end.TryGetProperty("offset", out var endOffset)) return null;
        var from = offset.GetInt32() + node.GetProperty("loc").GetProperty("tokLen").GetInt32();
        var to = endOffset.GetInt32() + end.GetProperty("tokLen").GetInt32();
        if (!_headers.TryGetValue(file, out var bytes)) _headers[file] = bytes = File.ReadAllBytes(file);
        if (to <= from || to > bytes.Length) return null;
        var match = Brackets().Match(Encoding.UTF8.GetString(bytes, from, to - from));
        if (!match.Success) return null;
        return match.Groups[1].Length == 0 ? 0 : int.TryParse(match.Groups[1].Value, out var count) ? count : null;
    }

    private string FileOf(JsonElement node)
    {
        var file = _file;
        foreach (var property in node.EnumerateObject())
        {
            FollowFile(property.Value);
            if (property.NameEquals("loc")) file = _file;
        }

        return file;
    }

    private void FollowFile(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) FollowFile(item);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                if (property.NameEquals("file")) _file = property.Value.GetString()!;
                else if (!property.NameEquals("includedFrom")) FollowFile(property.Value);
            }
        }
    }

    /// <summary>
    /// <c>avformat</c> for <c>/usr/include/x86_64-linux-gnu/libavformat/avio.h</c>; null for a header that is not FFmpeg's.
    /// </summary>
    internal static string? LibraryOf(string file) => LibraryFolder().Match(file) is { Success: true } match ? match.Groups[1].Value : null;

    private static bool Mentions(CType type, string name) => type switch
    {
        CName n => n.Name == name,
        CPointer p => Mentions(p.To, name),
        CArray a => Mentions(a.Of, name),
        _ => false,
    };

    private static CType Replace(CType type, string name) => type switch
    {
        CName n => n with { Name = name },
        CPointer p => new CPointer(Replace(p.To, name)),
        CArray a => a with { Of = Replace(a.Of, name) },
        _ => type,
    };

    private static CType TypeOf(JsonElement node) => CType.Parse(node.GetProperty("type").GetProperty("qualType").GetString()!);

    private static string Kind(JsonElement node) => node.TryGetProperty("kind", out var kind) ? kind.GetString()! : "";

    private static string? Name(JsonElement node) => node.TryGetProperty("name", out var name) ? name.GetString() : null;

    private static bool IsTrue(JsonElement node, string property) => node.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.True;

    private static bool IsDeprecated(JsonElement node) => Inner(node).Any(c => Kind(c) == "DeprecatedAttr");

    private static IEnumerable<JsonElement> Inner(JsonElement node) =>
        node.TryGetProperty("inner", out var inner) ? inner.EnumerateArray() : Enumerable.Empty<JsonElement>();

    private static string? OwnedTag(JsonElement typedef) => Inner(typedef).FirstOrDefault() is { ValueKind: JsonValueKind.Object } type
        && type.TryGetProperty("ownedTagDecl", out var tag) ? tag.GetProperty("id").GetString() : null;

    // The first paragraph of the comment is the summary.
    private static string? Doc(JsonElement node)
    {
        var comment = Inner(node).FirstOrDefault(c => Kind(c) == "FullComment");
        if (comment.ValueKind != JsonValueKind.Object) return null;
        foreach (var paragraph in Inner(comment).Where(c => Kind(c) == "ParagraphComment"))
        {
            var text = string.Join(' ', Inner(paragraph).Where(c => Kind(c) == "TextComment").Select(c => c.GetProperty("text").GetString()!.Trim())).Trim();
            if (text.Length > 0) return text;
        }

        return null;
    }

    [GeneratedRegex(@"^\s*\[\s*(\w*)\s*\]")]
    private static partial Regex Brackets();

    [GeneratedRegex(@"/lib(av\w+|sw\w+)/[^/]+$")]
    private static partial Regex LibraryFolder();
}
