namespace Gantry.Engine;

/// <summary>Which engine this is, through restarts and upgrades: a UUID kept in the data root.</summary>
public static class EngineIdentity
{
    public static string ReadOrMake(string dataRoot)
    {
        string path = Path.Combine(dataRoot, "engine-id");
        if (File.Exists(path) && Guid.TryParse(File.ReadAllText(path).Trim(), out Guid known)) return known.ToString();
        string made = Guid.NewGuid().ToString();
        AtomicFile.Write(path, System.Text.Encoding.ASCII.GetBytes(made + "\n"));
        return made;
    }
}
