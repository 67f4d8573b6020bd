using TimeShift.FFmpeg.Generator;

// bindings <header> <repository> <FFmpeg major>: writes the three sets of files that are made from the installed headers.
if (args is not [var header, var root, var major])
{
    Console.Error.WriteLine("usage: bindings HEADER REPOSITORY FFMPEG_MAJOR (see build/bindings)");
    return 2;
}

var work = Directory.CreateTempSubdirectory("timeshift-bindings-");
try
{
    header = Path.GetFullPath(header);
    var model = new Model();
    new AstReader(model).Read(Clang.DumpAst(header));
    model.Macros.AddRange(MacroReader.Read(header, work.FullName));
    var source = "the headers of FFmpeg " + string.Join(", ", model.Macros.Where(m => m.Name.EndsWith("_IDENT", StringComparison.Ordinal))
        .Select(m => m.Literal.Trim('"')).Distinct().Order(StringComparer.Ordinal));
    var types = new TypeMapper(model);
    var emitter = new Emitter(model, types, source);

    // Twice: the first pass finds the arrays, delegates and opaque structs that the second writes.
    foreach (var _ in emitter.Emit())
    {
    }

    foreach (var (file, text) in emitter.Emit()) Write(Path.Combine(root, $"src/TimeShift.FFmpeg/Generated/ffmpeg{major}", file), text);
    var layout = new LayoutEmitter(model, types, source);
    Write(Path.Combine(root, "native/layout.g.c"), layout.EmitC());
    Write(Path.Combine(root, "tests/TimeShift.FFmpeg.Tests/Generated/BoundLayout.g.cs"), layout.EmitCSharp());
    Console.WriteLine($"{model.Records.Count} structs, {model.Enums.Count} enums, {model.Functions.Count} functions, {model.Macros.Count} constants");
    return 0;
}
catch (Exception e) when (e is InvalidOperationException or FormatException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
finally
{
    work.Delete(recursive: true);
}

static void Write(string path, string text)
{
    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    File.WriteAllText(path, text);
}
