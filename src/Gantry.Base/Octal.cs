namespace Gantry;

/// <summary>Permission bits by their names in octal digits, which the language has no way to write.</summary>
public static class Octal
{
    public const uint O022 = 0b000_010_010, O111 = 0b001_001_001, O555 = 0b101_101_101;
    public const uint O600 = 0b110_000_000, O640 = 0b110_100_000, O644 = 0b110_100_100, O666 = 0b110_110_110;
    public const uint O700 = 0b111_000_000, O711 = 0b111_001_001, O755 = 0b111_101_101, O777 = 0b111_111_111;

    /// <summary>All of them, with those that change the user, the group, and who may remove.</summary>
    public const uint O7777 = 0b111_111_111_111;
}
