using System.Text;

namespace Gantry.Engine.Host;

/// <summary>Which engine this is, through restarts and upgrades: a UUID kept in the data root.</summary>
public sealed class EngineIdentity
{
    private EngineIdentity(string text, Damage? damage) => (Text, Damage) = (text, damage);

    public string Text { get; }

    /// <summary>What was wrong with the file; null for nothing.</summary>
    public Damage? Damage { get; private set; }

    /// <summary>Whatever is in its place goes out of the way, and a disk that takes nothing gets it later.</summary>
    public static EngineIdentity ReadOrMake(string dataRoot, PendingSaves saves)
    {
        string path = Path.Combine(dataRoot, "engine-id");
        string? aside = null;
        if (JsonFile.IsThere(path))
        {
            if (TryRead(path) is { } known) return Found(known, path);
            aside = JsonFile.TrySetAside(path);
        }
        EngineIdentity made = new(Guid.NewGuid().ToString(), null);
        saves.Run("identity of this engine", Save, () => { Save(); return true; });
        if (aside is not null)
            made.Damage = new Damage("engine", "identity", $"was damaged and is {made.Text} now; set aside as {aside}",
                "what was set aside is removed", () => made.Forget(aside));
        return made;

        void Save() => AtomicFile.Write(path, Encoding.ASCII.GetBytes(made.Text + "\n"));
    }

    private static EngineIdentity Found(string known, string path)
    {
        EngineIdentity found = new(known, null);
        if (JsonFile.SetAsideOf(path) is [var earlier, ..])
            found.Damage = new Damage("engine", "identity", $"was damaged before; {earlier} is what was there",
                "what was set aside is removed", () => found.Forget(earlier));
        return found;
    }

    private static string? TryRead(string path)
    {
        try
        {
            return !JsonFile.IsEmpty(path) && Guid.TryParse(File.ReadAllText(path).Trim(), out Guid known) ? known.ToString() : null;
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            return null;
        }
    }

    private void Forget(string aside)
    {
        JsonFile.Forget(aside);
        Damage = null;
    }
}
