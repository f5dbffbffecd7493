using Gantry.Api.Builds;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;

namespace Gantry.Cli.Builds;

/// <summary>What shall attest an image, as buildx has it: <c>--attest type=provenance,mode=max</c>, and a shorter word for each
/// kind.</summary>
internal sealed class AttestationFlags
{
    private const string Provenance = "provenance", Packages = "sbom";

    private readonly List<(string Type, BuildAttestation? Asked)> _said = [];

    public AttestationFlags(FlagSet flags)
    {
        flags.List("attest", null, "What shall attest the image (type=provenance[,mode=max][,version=v1][,builder-id=ID]; type=sbom)",
            "stringArray", text => Take(Parse(text, "")));
        flags.List(Provenance, null, "Attest how the image was built: as --attest type=provenance (true, false, mode=min|max, version=…)",
            "string", text => Take(Parse(text, Provenance)));
        flags.List(Packages, null, "Attest which packages it has: as --attest type=sbom (true, false)", "string",
            text => Take(Parse(text, Packages)));
    }

    /// <summary>What was said last of each kind.</summary>
    public List<BuildAttestation> All =>
        [.. _said.GroupBy(one => one.Type).Select(kind => kind.Last().Asked).OfType<BuildAttestation>()];

    private (string Type, BuildAttestation? Asked) Take((string Type, BuildAttestation? Asked) said)
    {
        _said.Add(said);
        return said;
    }

    /// <param name="type">Empty where the text says it.</param>
    /// <returns>Null where it is said that there shall be none.</returns>
    private static (string Type, BuildAttestation? Asked) Parse(string text, string type)
    {
        Dictionary<string, string?> said = [];
        foreach ((string key, string? value, _) in CsvFields.Pairs(text)) said[key] = value;
        if (type.Length == 0)
            type = said.Remove("type", out string? named) && named is Provenance or Packages ? named!
                : throw new FormatException($"invalid value \"{text}\": type=provenance or type=sbom is needed");
        bool isOff = said.Remove("disabled", out string? off) && Switch("disabled", off);
        if (said.Count == 1 && GoBool.Parse(said.First().Key) is { } isOn && said.First().Value is null)
        {
            said.Clear();
            isOff |= !isOn;
        }
        BuildAttestation asked = new() { Type = type };
        foreach ((string key, string? value) in said) Set(asked, key, value ?? "");
        return (type, isOff ? null : asked);
    }

    private static void Set(BuildAttestation asked, string key, string value)
    {
        if (asked.Type == Packages)
            throw new FormatException(key == "generator" ? "the engine looks for packages itself: no generator is run"
                : $"\"{key}\" is not supported for {asked.Type}");
        switch (key)
        {
            case "mode":
                asked.Mode = value is "min" or "max" ? value : throw new FormatException($"mode is min or max, not \"{value}\"");
                break;
            case "version":
                asked.Version = value is "v0.2" or "v1" ? value : throw new FormatException($"version is v0.2 or v1, not \"{value}\"");
                break;
            case "builder-id": asked.BuilderId = value; break;
            case "reproducible": asked.Reproducible = Switch(key, value); break;
            default: throw new FormatException($"\"{key}\" is not supported for {asked.Type}");
        }
    }

    private static bool Switch(string key, string? value) =>
        value is null || (GoBool.Parse(value) ?? throw new FormatException($"\"{key}={value}\" is no truth value"));
}
