using System.Reflection;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Gantry.Shape.Sources;

/// <summary>What became of a project's sources: which type uses which, and on which line.
/// The compiler's own model tells the same in ten times the time.</summary>
/// <remarks>Constants are numbers by then, and a name in <c>nameof</c> or a document is a text; neither is a use.</remarks>
public sealed class ProjectAssembly
{
    private readonly ModuleDefinition _module;
    private readonly Dictionary<string, TypeDeclaration> _declared;
    private readonly HashSet<string> _files;

    public ProjectAssembly(Project project)
    {
        string path = Path.Combine(AppContext.BaseDirectory, $"{NameOf(project)}.dll");
        _module = ModuleDefinition.ReadModule(path, new ReaderParameters { ReadSymbols = true });
        _declared = TypeDeclaration.In(project).DistinctBy(type => type.FullName).ToDictionary(type => type.FullName);
        _files = [.. project.Files.Select(file => file.Path)];
    }

    public IEnumerable<string?> References => Assembly.Load(_module.Assembly.Name.Name).GetReferencedAssemblies().Select(name => name.Name);

    /// <summary>The types of other assemblies that it names, by their full names.</summary>
    public IEnumerable<string> Foreign => _module.GetTypeReferences().Select(type => type.FullName);

    /// <summary>Each use of one of the project's types by another, with the file and the line.</summary>
    public IEnumerable<TypeUse> Uses() => _module.GetTypes().SelectMany(OfType);

    /// <summary>Each place where an object of one of these types is made; a copy with changes is none.</summary>
    /// <param name="types">Full names, of any project.</param>
    public IEnumerable<(string Place, string Type)> Makes(IReadOnlyList<string> types) =>
        from type in _module.GetTypes()
        from method in type.Methods
        // The generators' are nobody's.
        where method.HasBody && method.DebugInformation.SequencePoints.FirstOrDefault(point => !point.IsHidden) is not null
        let first = method.DebugInformation.SequencePoints.First(point => !point.IsHidden)
        let file = Repository.Relative(first.Document.Url)
        where _files.Contains(file)
        from instruction in method.Body.Instructions
        where instruction.OpCode == OpCodes.Newobj && instruction.Operand is MethodReference made
            && types.Contains(made.DeclaringType.FullName)
        select ($"{file}:{first.StartLine}", ((MethodReference)instruction.Operand).DeclaringType.Name);

    private static string NameOf(Project project) => project.Name switch
    {
        "Gantry.Runtime" => "gantry-runtime",
        "Gantry.Daemon" => "gantryd",
        "Gantry.Cli" => "gantry",
        _ => project.Name,
    };

    private IEnumerable<TypeUse> OfType(TypeDefinition type)
    {
        if (Declared(type) is not { } user) yield break;
        IEnumerable<TypeReference?> heads =
            [type.BaseType, .. type.Interfaces.Select(part => part.InterfaceType), .. Parameters(type), .. Attributes(type),
            .. type.Fields.Where(IsWritten).SelectMany(field => Attributes(field).Append(field.FieldType)),
            .. type.Properties.SelectMany(Attributes)];
        foreach (TypeUse use in heads.SelectMany(Named).Select(used => new TypeUse(user.File.Path, user.Place, used))) yield return use;
        foreach (MethodDefinition method in type.Methods)
            foreach (TypeUse use in OfMethod(method, user)) yield return use;
    }

    private IEnumerable<TypeUse> OfMethod(MethodDefinition method, TypeDeclaration user)
    {
        SequencePoint[] points = [.. method.DebugInformation.SequencePoints.Where(point => !point.IsHidden)];
        // A body that the generators wrote is nobody's.
        string file = points is [var first, ..] ? Repository.Relative(first.Document.Url) : user.File.Path;
        if (!_files.Contains(file)) yield break;
        string start = points is [var begin, ..] ? $"{file}:{begin.StartLine}" : user.Place;
        IEnumerable<TypeReference?> head =
            [method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType), .. Parameters(method),
                .. Attributes(method)];
        foreach (TypeDeclaration used in head.SelectMany(Named)) yield return new(file, start, used);
        if (!method.HasBody) yield break;
        foreach (TypeDeclaration used in method.Body.Variables.SelectMany(variable => Named(variable.VariableType)))
            yield return new(file, start, used);
        int next = 0;
        foreach (Instruction instruction in method.Body.Instructions)
        {
            while (next < points.Length && points[next].Offset <= instruction.Offset) next++;
            string place = next > 0 ? $"{file}:{points[next - 1].StartLine}" : start;
            foreach (TypeDeclaration used in Operand(instruction).SelectMany(Named)) yield return new(file, place, used);
        }
    }

    private static IEnumerable<TypeReference?> Operand(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [method.DeclaringType, .. method.GenericArguments],
        MemberReference member => [member.DeclaringType],
        _ => [],
    };

    /// <summary>The project's types that a reference is made of.</summary>
    private IEnumerable<TypeDeclaration> Named(TypeReference? type)
    {
        switch (type)
        {
            case null or GenericParameter: return [];
            case GenericInstanceType generic: return generic.GenericArguments.SelectMany(Named).Concat(Named(generic.ElementType));
            case TypeSpecification part: return Named(part.ElementType);
            default: return Declared(type) is { } found ? [found] : [];
        }
    }

    /// <returns>Null for a type that no person wrote here; what the compiler made of a lambda is its class's.</returns>
    private TypeDeclaration? Declared(TypeReference type)
    {
        while (type.Name.StartsWith('<') && type.DeclaringType is { } around) type = around;
        bool isOurs = type.Scope == _module || type is TypeDefinition;
        return isOurs ? _declared.GetValueOrDefault(type.FullName.Replace('/', '.')) : null;
    }

    private static bool IsWritten(FieldDefinition field) => !field.Name.StartsWith("<>", StringComparison.Ordinal);

    private static IEnumerable<TypeReference> Parameters(IGenericParameterProvider provider) =>
        provider.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType);

    private static IEnumerable<TypeReference> Attributes(Mono.Cecil.ICustomAttributeProvider provider) =>
        provider.CustomAttributes.SelectMany(
            attribute => attribute.ConstructorArguments.Concat(attribute.Properties.Select(property => property.Argument)).SelectMany(Types)
            .Append(attribute.AttributeType));

    private static IEnumerable<TypeReference> Types(CustomAttributeArgument argument) => argument.Value switch
    {
        TypeReference type => [type],
        CustomAttributeArgument[] several => several.SelectMany(Types),
        CustomAttributeArgument boxed => Types(boxed),
        _ => [],
    };
}

/// <param name="File">Who uses, from the root of the repository.</param>
/// <param name="Place">With the line.</param>
public sealed record TypeUse(string File, string Place, TypeDeclaration Used);
