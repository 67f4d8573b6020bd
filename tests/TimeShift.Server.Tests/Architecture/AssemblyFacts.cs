using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace TimeShift.Server.Tests.Architecture;

/// <summary>What an assembly's metadata says, read without loading it: internal types count too.</summary>
internal sealed class AssemblyFacts
{
    public AssemblyFacts(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        References = [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
        var types = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var handle in metadata.TypeDefinitions)
        {
            var type = metadata.GetTypeDefinition(handle);
            Namespaces.Add(metadata.GetString(type.Namespace));
            var name = metadata.GetString(type.Name).Split('`')[0];
            if (!types.TryGetValue(name, out var members)) types[name] = members = new HashSet<string>(StringComparer.Ordinal);
            members.UnionWith(type.GetMethods().Select(m => metadata.GetString(metadata.GetMethodDefinition(m).Name)));
            members.UnionWith(type.GetProperties().Select(p => metadata.GetString(metadata.GetPropertyDefinition(p).Name)));
            members.UnionWith(type.GetFields().Select(f => metadata.GetString(metadata.GetFieldDefinition(f).Name)));
        }

        Types = types;
    }

    public IReadOnlyList<string> References { get; }

    public HashSet<string> Namespaces { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of methods, properties and fields by the type's name, without its namespace.</summary>
    public IReadOnlyDictionary<string, HashSet<string>> Types { get; }
}
