using Gantry.Api.Builds;

namespace Gantry.Daemon.Build;

/// <summary>What the front end for Dockerfiles is asked to attest: <c>attest:provenance</c>, <c>attest:sbom</c>.</summary>
internal static class FrontendAttestations
{
    public const string Prefix = "attest:";

    /// <exception cref="GantryException">Invalid: it makes no sense; Unsupported: it is not made here.</exception>
    public static Attestations Read(IReadOnlyDictionary<string, string> options) => Attestations.Read(
        [.. options.Where(option => option.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .OrderBy(option => option.Key, StringComparer.Ordinal).Select(option => Read(option.Key, option.Value))
            .OfType<BuildAttestation>()]);

    /// <returns>Null for one that is called off, or that its client asks for without a word of its user's: nothing is attested then, as by
    /// any other door.</returns>
    private static BuildAttestation? Read(string option, string value)
    {
        string type = option[Prefix.Length..];
        if (type is not ("provenance" or "sbom"))
            throw GantryException.Unsupported($"the attestation {type} is not made: provenance and sbom are");
        BuildAttestation asked = new() { Type = type };
        bool isNone = false;
        foreach (string part in FrontendOptions.Split(value))
        {
            string[] field = [.. part.Split('=', 2), ""];
            switch (field[0])
            {
                case "disabled" or "inline-only":
                    isNone |= Truth(option, part, field[1]);
                    break;
                case "true" or "false":
                    isNone |= field[0] == "false";
                    break;
                case "mode" when type == "provenance" && field[1] is "" or "min" or "max":
                    asked.Mode = field[1];
                    break;
                case "version" when type == "provenance" && field[1] is "" or "v0.2" or "v1":
                    asked.Version = field[1];
                    break;
                case "builder-id" when type == "provenance":
                    asked.BuilderId = field[1];
                    break;
                case "reproducible" when type == "provenance":
                    asked.Reproducible = Truth(option, part, field[1]);
                    break;
                case "generator" when type == "sbom":
                    throw GantryException.Unsupported(
                        $"{option}: no generator is run: this engine lists the packages of dpkg and apk by itself");
                default:
                    throw GantryException.Invalid($"invalid {option}: {part}");
            }
        }
        return isNone ? null : asked;
    }

    private static bool Truth(string option, string part, string text) =>
        GoBool.Parse(text) ?? throw GantryException.Invalid($"invalid {option}: {part}");
}
