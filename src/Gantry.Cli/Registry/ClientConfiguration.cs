using System.Text.Json;
using System.Text.Json.Serialization;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Registry;

/// <summary>What is read of the user's <c>config.json</c>; the rest is kept as it is.</summary>
internal sealed class ClientConfiguration
{
    [JsonPropertyName("auths")] public Dictionary<string, StoredLogin>? Logins { get; set; }
    /// <summary>Name of the program that keeps all credentials: <c>docker-credential-NAME</c>.</summary>
    [JsonPropertyName("credsStore")] public string? Store { get; set; }
    /// <summary>The same for single registries.</summary>
    [JsonPropertyName("credHelpers")] public Dictionary<string, string>? Helpers { get; set; }
    [JsonExtensionData] public Dictionary<string, JsonElement>? Rest { get; set; }

    /// <summary><c>$DOCKER_CONFIG/config.json</c>, by default in <c>~/.docker</c>:
    /// shared with the clients that are there already.</summary>
    public static string Path
    {
        get
        {
            string? directory = Environment.GetEnvironmentVariable("DOCKER_CONFIG");
            if (string.IsNullOrEmpty(directory))
                directory = System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");
            return System.IO.Path.Combine(directory, "config.json");
        }
    }

    public static ClientConfiguration Load()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path), ConfigurationJson.Default.ClientConfiguration) ?? new();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new();
        }
        catch (JsonException e)
        {
            throw new CliException($"{Path}: not the JSON that is expected at line {e.LineNumber + 1}");
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new CliException($"{Path}: {FileFailure.Text(e)}");
        }
    }

    public void Save()
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!,
                (UnixFileMode)Octal.O700);
            using MemoryStream content = new(JsonSerializer.SerializeToUtf8Bytes(this, ConfigurationJson.Default.ClientConfiguration));
            OutputFile.Write(Path, content, durable: true);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new CliException($"{Path}: {FileFailure.Text(e)}");
        }
    }
}

internal sealed class StoredLogin
{
    /// <summary>Base64 of <c>user:password</c>.</summary>
    [JsonPropertyName("auth")] public string? Auth { get; set; }
    [JsonPropertyName("identitytoken")] public string? IdentityToken { get; set; }
    [JsonExtensionData] public Dictionary<string, JsonElement>? Rest { get; set; }
}

/// <summary>What a credential helper reads and answers.</summary>
internal sealed class HelperLogin
{
    public string? ServerURL { get; set; }
    /// <summary><c>&lt;token&gt;</c> says that the secret is an identity token.</summary>
    public string? Username { get; set; }
    public string? Secret { get; set; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(ClientConfiguration))]
[JsonSerializable(typeof(HelperLogin))]
internal sealed partial class ConfigurationJson : JsonSerializerContext;
