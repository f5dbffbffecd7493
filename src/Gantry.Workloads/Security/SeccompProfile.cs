using System.Text.Json;
using System.Text.Json.Serialization;
using Gantry.Oci.Runtime;

namespace Gantry.Workloads.Security;

/// <summary>A policy of the user's own (<c>--security-opt seccomp=FILE</c>; the client sends the content),
/// in Docker's dialect of the runtime's format.</summary>
/// <remarks>Beyond the specification it has <c>archMap</c>, and rules may hold for some capabilities or architectures only
/// (<c>includes</c>, <c>excludes</c>).</remarks>
public static class SeccompProfile
{
    private static readonly string[] Actions =
    [
        "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG",
        "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
    ];

    /// <exception cref="GantryException">InvalidArgument: it is no such JSON.</exception>
    public static OciSeccomp Parse(string json, IReadOnlyList<string> capabilities)
    {
        SeccompDocument document;
        try
        {
            document = JsonSerializer.Deserialize(json, SeccompJson.Default.SeccompDocument) ?? throw new JsonException("it is empty");
            // A policy is a text within a request, and so was not looked into there.
            if (document.Syscalls?.Contains(null!) == true) throw new JsonException("a rule is null");
        }
        catch (JsonException e)
        {
            throw GantryException.Invalid($"Decoding seccomp profile failed: {e.Message}");
        }
        if (string.IsNullOrEmpty(document.DefaultAction))
            throw GantryException.Invalid("Decoding seccomp profile failed: it has no defaultAction");
        foreach (string? action in (document.Syscalls ?? []).Select(static rule => rule.Action).Prepend(document.DefaultAction))
            if (!Actions.Contains(action)) throw GantryException.Invalid($"Decoding seccomp profile failed: unknown action {action}");
        if ((document.Syscalls ?? []).Any(static rule => rule is { Name.Length: > 0, Names.Count: > 0 }))
            throw GantryException.Invalid("'name' and 'names' were specified in the seccomp profile, use either 'name' or 'names'");
        return new OciSeccomp
        {
            DefaultAction = document.DefaultAction,
            DefaultErrnoRet = document.DefaultErrnoRet,
            Architectures = document.Architectures
                ?? (document.ArchMap is { } map
                ? [.. map.Where(entry => entry.Architecture == Native)
                .SelectMany(entry => (string[])[entry.Architecture ?? "", .. entry.SubArchitectures ?? []])] : null),
            Flags = document.Flags,
            Syscalls = [.. (document.Syscalls ?? []).Where(rule => Holds(rule, capabilities)).Select(ToOci)],
        };
    }

    /// <summary>As the policy of a user's own that comes to the same, whatever the capabilities.</summary>
    public static string Write(OciSeccomp policy) => JsonSerializer.Serialize(new SeccompDocument
    {
        DefaultAction = policy.DefaultAction,
        DefaultErrnoRet = policy.DefaultErrnoRet,
        Architectures = policy.Architectures is { } architectures ? [.. architectures] : null,
        Flags = policy.Flags is { } flags ? [.. flags] : null,
        Syscalls = [.. (policy.Syscalls ?? []).Select(rule => new SeccompDocumentRule
        {
            Names = [.. rule.Names],
            Action = rule.Action,
            ErrnoRet = rule.ErrnoRet,
            Args = rule.Args is { } arguments ? [.. arguments] : null,
        })],
    }, SeccompJson.Default.SeccompDocument);

    private static string Native =>
        System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64
            ? "SCMP_ARCH_AARCH64" : "SCMP_ARCH_X86_64";

    private static string GoArchitecture => Native == "SCMP_ARCH_X86_64" ? "amd64" : "arm64";

    private static bool Holds(SeccompDocumentRule rule, IReadOnlyList<string> capabilities)
    {
        if (rule.Includes is { } includes)
        {
            if (includes.Caps?.All(capabilities.Contains) == false) return false;
            if (includes.Arches is { Count: > 0 } arches && !arches.Contains(GoArchitecture)) return false;
        }
        if (rule.Excludes is { } excludes)
        {
            if (excludes.Caps?.Any(capabilities.Contains) == true) return false;
            if (excludes.Arches?.Contains(GoArchitecture) == true) return false;
        }
        return true;
    }

    private static OciSyscallRule ToOci(SeccompDocumentRule rule) => new()
    {
        Names = rule.Names ?? (rule.Name is null ? [] : [rule.Name]),
        Action = rule.Action ?? throw GantryException.Invalid("Decoding seccomp profile failed: a rule has no action"),
        ErrnoRet = rule.ErrnoRet,
        Args = rule.Args,
    };
}

internal sealed record SeccompDocument
{
    public string? DefaultAction { get; init; }
    public uint? DefaultErrnoRet { get; init; }
    public List<string>? Architectures { get; init; }
    public List<SeccompArchitecture>? ArchMap { get; init; }
    public List<string>? Flags { get; init; }
    public List<SeccompDocumentRule>? Syscalls { get; init; }
}

internal sealed record SeccompArchitecture
{
    public string? Architecture { get; init; }
    public List<string>? SubArchitectures { get; init; }
}

internal sealed record SeccompDocumentRule
{
    public string? Name { get; init; }
    public List<string>? Names { get; init; }
    public string? Action { get; init; }
    public uint? ErrnoRet { get; init; }
    public List<OciSyscallArgument>? Args { get; init; }
    public SeccompCondition? Includes { get; init; }
    public SeccompCondition? Excludes { get; init; }
}

internal sealed record SeccompCondition
{
    public List<string>? Caps { get; init; }
    public List<string>? Arches { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SeccompDocument))]
internal sealed partial class SeccompJson : JsonSerializerContext;
