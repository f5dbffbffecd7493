using System.Runtime.InteropServices;
using System.Text.Json;

namespace Gantry.Oci.Runtime.Reading;

/// <summary>A <c>config.json</c> as read, beside what was read: the bytes can be passed on without being written again.</summary>
/// <param name="Spec">Without <c>linux.seccomp</c>, which most readers need only as a key to a filter that is compiled already.</param>
/// <param name="Json">The whole file.</param>
/// <param name="Seccomp">The bytes of <c>linux.seccomp</c>; empty when there is none.</param>
public sealed record ConfigFile(OciSpec Spec, ReadOnlyMemory<byte> Json, ReadOnlyMemory<byte> Seccomp)
{
    /// <exception cref="JsonException">Not JSON, or a member of the wrong type.</exception>
    public static ConfigFile Read(ReadOnlyMemory<byte> json)
    {
        JsonElement root = SpecReader.Parse(json);
        OciSpec spec = SpecReader.Spec(root, SpecParts.Resources);
        byte[] seccomp = [];
        if (root.TryGetProperty("linux", out JsonElement linux) && linux.ValueKind == JsonValueKind.Object
            && linux.TryGetProperty("seccomp", out JsonElement policy))
        {
            if (policy.ValueKind == JsonValueKind.Object) seccomp = JsonMarshal.GetRawUtf8Value(policy).ToArray();
            else if (policy.ValueKind != JsonValueKind.Null)
                throw new JsonException($"linux.seccomp must be of type Object, not {policy.ValueKind}");
        }
        return new ConfigFile(spec, json, seccomp);
    }

    /// <summary>For a spec that never was a file.</summary>
    public static ConfigFile Of(OciSpec spec)
    {
        byte[] seccomp = spec.Linux?.Seccomp is { } policy ? JsonSerializer.SerializeToUtf8Bytes(policy, RuntimeJson.Default.OciSeccomp)
            : [];
        return new ConfigFile(spec, JsonSerializer.SerializeToUtf8Bytes(spec, RuntimeJson.Default.OciSpec), seccomp);
    }

    /// <summary>Reads what <see cref="Seccomp"/> holds.</summary>
    /// <exception cref="JsonException">It says where, from <c>linux.seccomp</c> on.</exception>
    public static OciSeccomp ReadSeccomp(ReadOnlyMemory<byte> json)
    {
        try
        {
            return LinuxReader.Seccomp(SpecReader.Parse(json));
        }
        catch (JsonException e)
        {
            throw new JsonException($"linux.seccomp.{e.Message}", e);
        }
    }
}
