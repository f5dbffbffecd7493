using System.Reflection;
using System.Runtime.CompilerServices;
using Gantry.Daemon.Http;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Gantry.Shape.Api;

/// <summary>What the daemon's code for one route mentions: the handler, and whatever of the daemon it calls.</summary>
public sealed class HandlerCode
{
    private static readonly Router Routes = Mapped();
    private static readonly ModuleDefinition Program =
        ModuleDefinition.ReadModule(System.IO.Path.Combine(AppContext.BaseDirectory, "gantryd.dll"));

    private readonly HashSet<MethodDefinition> _methods = [];

    private HandlerCode(MethodDefinition handler) => Follow(handler);

    /// <returns>Null where nobody answers.</returns>
    public static HandlerCode? Of(Operation operation)
    {
        string[] parts = [.. operation.Path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(part => part[0] == '{' ? "x" : part)];
        if (Routes.Find(operation.Method, parts) is not { } found) return null;
        return Program.LookupToken(found.Route.Handler.Method.MetadataToken) is MethodDefinition handler ? new HandlerCode(handler) : null;
    }

    /// <summary>Every class of routes is asked for its own, without what it would work on: no handler is called here.</summary>
    private static Router Mapped()
    {
        Router router = new();
        foreach (Type routes in typeof(Router).Assembly.GetTypes().Where(type => !type.Name.EndsWith("Part", StringComparison.Ordinal)))
            if (routes.GetMethod("Map", [typeof(Router)]) is { } map)
                map.Invoke(map.IsStatic ? null : RuntimeHelpers.GetUninitializedObject(routes), [router]);
        return router;
    }

    /// <summary>All literals, and so the names of all parameters that are read.</summary>
    public IReadOnlySet<string> Texts => Instructions.Select(one => one.Operand).OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <summary>What a body is read as.</summary>
    public IEnumerable<TypeReference> BodyTypes => Instructions.Select(one => one.Operand).OfType<GenericInstanceMethod>()
        .Where(call => call.DeclaringType.Name == nameof(RequestContext) && call.Name is "ReadJsonAsync" or "RequireJsonAsync")
        .Select(call => call.GenericArguments[0]).Where(type => !type.IsGenericParameter).DistinctBy(type => type.FullName);

    private IEnumerable<Instruction> Instructions => _methods.SelectMany(method => method.Body.Instructions);

    private void Follow(MethodDefinition method)
    {
        if (!method.HasBody || !_methods.Add(method)) return;
        foreach (TypeReference machine in method.CustomAttributes.Where(
            attribute => attribute.AttributeType.Name.EndsWith("StateMachineAttribute"))
            .Select(attribute => (TypeReference)attribute.ConstructorArguments[0].Value))
            foreach (MethodDefinition step in machine.Resolve().Methods) Follow(step);
        foreach (MethodReference called in method.Body.Instructions.Select(one => one.Operand).OfType<MethodReference>())
            if (called.DeclaringType.Scope == Program && called.Resolve() is { } known && known.Module == Program) Follow(known);
    }
}
