using Gantry.Cli.CommandLine;
using Gantry.Cli.Containers.Copy;
using Gantry.Cli.Options;

namespace Gantry.Cli.Builds.Session;

/// <summary>Where a secret is read from when it is asked for: a file, or a variable of the environment.</summary>
internal sealed record SecretSource(string Id, string? File, string? Variable)
{
    /// <summary>As BuildKit has it.</summary>
    private const int MaxSize = 500 << 10;

    /// <param name="text"><c>id=NAME[,src=FILE|,env=VARIABLE][,type=file|env]</c>.</param>
    /// <exception cref="FormatException">In the words of Docker's client.</exception>
    public static SecretSource Parse(string text)
    {
        string id = "", file = "", variable = "", type = "";
        foreach ((string key, string? value, string field) in CsvFields.Pairs(text))
        {
            if (value is null) throw new FormatException($"invalid field '{field}' must be a key=value pair");
            switch (key)
            {
                case "type" when value is "file" or "env": type = value; break;
                case "type": throw new FormatException($"unsupported secret type {GoQuote.Quote(value)}");
                case "id": id = value; break;
                case "source" or "src": file = value; break;
                case "env": variable = value; break;
                default: throw new FormatException($"unexpected key '{key}' in '{field}'");
            }
        }
        if (id.Length == 0) throw new FormatException("secret missing ID");
        if (type == "env" && variable.Length == 0) (variable, file) = (file, "");
        if (variable.Length > 0 && file.Length > 0) throw new FormatException($"secret {id} has both a file and a variable");
        // Without either it is a variable of its name, or a file.
        if (variable.Length == 0 && file.Length == 0)
        {
            if (type != "file" && Environment.GetEnvironmentVariable(id) is not null) variable = id;
            else file = id;
        }
        return new SecretSource(id, file.Length > 0 ? file : null, variable.Length > 0 ? variable : null);
    }

    /// <exception cref="CliException">It is not there, or too large.</exception>
    public byte[] Read()
    {
        byte[] secret = File is null ? ByteText.Bytes(Environment.GetEnvironmentVariable(Variable!) ?? "")
            : LocalFiles.Read(LocalFiles.Absolute(File), MaxSize);
        return secret.Length <= MaxSize ? secret
            : throw new CliException($"secret {Id} is too big: {secret.Length} bytes, at most {MaxSize}");
    }

    /// <summary>Before anything is built.</summary>
    /// <exception cref="CliException">There is no such file, or it is too large.</exception>
    public void Check()
    {
        if (File is null) return;
        try
        {
            Read();
        }
        catch (CliException e)
        {
            throw new CliException($"failed to read secret {Id}: {e.Message}");
        }
    }
}
