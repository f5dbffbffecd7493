using Mono.Cecil;

namespace Gantry.Shape.Api;

/// <summary>Which properties of the API's types the engine's side looks at; the types' own project only carries them.</summary>
public sealed class PropertyReads
{
    private static readonly string[] Engine = ["gantryd", "Gantry.Engine", "Gantry.Network", "Gantry.Registry", "Gantry.Storage"];

    private readonly ModuleDefinition _api = Module("Gantry.Api");
    private readonly HashSet<string> _read;

    public PropertyReads() => _read = [.. Engine.Select(Module).SelectMany(module => module.GetTypes()).Where(Looks)
        .SelectMany(type => type.Methods).Where(method => method.HasBody).SelectMany(method => method.Body.Instructions)
        .Select(one => one.Operand).OfType<MethodReference>()
        .Where(called => called.Name.StartsWith("get_", StringComparison.Ordinal))
        .Select(called => $"{called.DeclaringType.FullName}.{called.Name[4..]}")];

    /// <summary>Who writes all of a record down, gives it back or copies it has not looked at any of it.</summary>
    private static bool Looks(TypeDefinition type)
    {
        TypeDefinition outer = type;
        while (outer.DeclaringType is { } around) outer = around;
        return outer.BaseType?.Name != "JsonSerializerContext" && !outer.Name.EndsWith("Wire", StringComparison.Ordinal)
            && !outer.Name.EndsWith("Copy", StringComparison.Ordinal);
    }

    /// <summary>Follows a way into a body through the properties of its type.</summary>
    /// <returns>Null when each of them is looked at; else what is wrong with the first that is not.</returns>
    public string? Missing(TypeReference body, IReadOnlyList<string> path)
    {
        TypeReference type = body;
        foreach (string name in path)
        {
            if (type.Resolve() is not { } definition || definition.Module.Assembly.Name.Name != "Gantry.Api") return null;
            if (Find(definition, name) is not { } property) return $"{definition.Name} has no {name}, so it is not even parsed";
            if (!_read.Contains($"{property.DeclaringType.FullName}.{property.Name}"))
                return $"nobody reads {definition.Name}.{property.Name}";
            type = Element(property.PropertyType);
        }
        return null;
    }

    private PropertyDefinition? Find(TypeDefinition type, string name)
    {
        for (TypeDefinition? at = type; at is not null; at = at.BaseType?.Resolve())
            if (at.Properties.FirstOrDefault(
                property => string.Equals(WireName(property), name, StringComparison.OrdinalIgnoreCase)) is { } found)
                return found;
        return null;
    }

    private static string WireName(PropertyDefinition property) =>
        property.CustomAttributes.FirstOrDefault(attribute => attribute.AttributeType.Name == "JsonPropertyNameAttribute")
            ?.ConstructorArguments[0].Value as string ?? property.Name;

    /// <summary>Of a list what is in it, of a map the values.</summary>
    private static TypeReference Element(TypeReference type) => type switch
    {
        GenericInstanceType generic => Element(generic.GenericArguments[^1]),
        ArrayType array => Element(array.ElementType),
        _ => type,
    };

    private static ModuleDefinition Module(string name)
    {
        DefaultAssemblyResolver resolver = new();
        resolver.AddSearchDirectory(AppContext.BaseDirectory);
        return ModuleDefinition.ReadModule(System.IO.Path.Combine(AppContext.BaseDirectory, $"{name}.dll"),
            new ReaderParameters { AssemblyResolver = resolver });
    }
}
