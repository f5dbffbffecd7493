using Gantry.Build.Dockerfile.Instructions;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>Both are kept in the image, for everybody who has it; <c>RUN --mount=type=secret</c> is not.</summary>
internal sealed class SecretsUsedInArgOrEnv() : BuildCheck("SecretsUsedInArgOrEnv")
{
    private static readonly string[] Secret = ["apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd",
        "secret", "token"];

    public override IEnumerable<BuildWarning> Run(CheckSubject subject) =>
        from instruction in subject.Instructions
        from pair in instruction switch
        {
            ArgInstruction arguments => arguments.Arguments, EnvInstruction env => env.Pairs, _ => [],
        }
        where IsSecret(pair.Name.Text)
        select Warn(pair.Name.Range, "Do not use ARG or ENV instructions for sensitive data "
            + $"({instruction.Statement.Name} {GoQuote.Quote(pair.Name.Text)})");

    private static bool IsSecret(string name)
    {
        string[] parts = name.ToLowerInvariant().Split('_', '-', '.');
        return parts.Any(Secret.Contains) && !parts.Contains("public");
    }
}
