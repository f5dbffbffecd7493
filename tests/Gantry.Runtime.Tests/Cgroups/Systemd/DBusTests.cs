using System.Buffers.Binary;
using Gantry.Runtime.Cgroups.Systemd;

namespace Gantry.Runtime.Tests.Cgroups.Systemd;

/// <summary>The bytes here were put together by hand, after the D-Bus specification's "Marshaling (Wire Format)".</summary>
public sealed class DBusTests
{
    private static string Hex(params DBusValue[] values)
    {
        DBusWriter writer = new();
        foreach (DBusValue value in values) writer.Add(value);
        return Convert.ToHexStringLower(writer.Written);
    }

    [Fact]
    public void NumbersAreAlignedToTheirSize()
    {
        Assert.Equal("01" + "000000" + "02000000" + "0300000000000000", Hex(new("y", (byte)1), DBusValue.Of(2u), DBusValue.Of(3ul)));
        Assert.Equal("feff" + "0000" + "fdffffff" + "fcffffffffffffff", Hex(new("n", (short)-2), new("i", -3), new("x", -4L)));
        Assert.Equal("0500" + "0000" + "01000000" + "000000000000f03f", Hex(new("q", (ushort)5), DBusValue.Of(true), new("d", 1.0)));
    }

    [Fact]
    public void TextsHaveALengthAndAZero()
    {
        Assert.Equal("03000000" + "666f6f" + "00" + "01000000" + "2f" + "00", Hex(DBusValue.Of("foo"), new("o", "/")));
        Assert.Equal("02000000" + "c3bc" + "00", Hex(DBusValue.Of("ü")));
        Assert.Equal("02" + "6175" + "00", Hex(new DBusValue("g", "au")));
    }

    [Fact]
    public void AVariantNamesItsType() =>
        Assert.Equal("01" + "74" + "00" + "0000000000" + "0700000000000000", Hex(DBusValue.Variant(DBusValue.Of(7ul))));

    [Fact]
    public void AnArraysLengthLeavesOutThePaddingBeforeIt()
    {
        Assert.Equal("08000000" + "01000000" + "02000000", Hex(DBusValue.Array("u", [DBusValue.Of(1u), DBusValue.Of(2u)])));
        Assert.Equal("08000000" + "00000000" + "0900000000000000", Hex(DBusValue.Array("t", [DBusValue.Of(9ul)])));
        // An empty one is padded for the elements that it does not have.
        Assert.Equal("00000000" + "00000000", Hex(DBusValue.Array("(sv)", [])));
        Assert.Equal("03000000" + "010203", Hex(DBusValue.Bytes([1, 2, 3])));
    }

    [Fact]
    public void PropertiesAreStructuresOfNameAndVariant() => Assert.Equal(
        "14000000" + "00000000"                                  // a(sv): 20 bytes, padding
        + "08000000" + "44656c6567617465" + "00"                 // "Delegate"
        + "01" + "62" + "00" + "01000000",                       // b, true
        Hex(UnitProperty.Array([new UnitProperty("Delegate", true)])));

    [Fact]
    public void ACallIsHeaderFieldsAndBody()
    {
        string built = Convert.ToHexStringLower(new DBusCall("/o", "a.b", "M", DBusValue.Of("x")).Build("d.e", serial: 5));
        Assert.Equal(
            // little-endian, call, no flags, version 1, body of 6, serial 5
            "6c" + "01" + "00" + "01" + "06000000" + "05000000"
            + "47000000"                                                                  // the fields: 71 bytes
            + "01" + "016f00" + "02000000" + "2f6f00" + "0000000000"                       // path
            + "02" + "017300" + "03000000" + "612e6200" + "00000000"                       // interface
            + "03" + "017300" + "01000000" + "4d00" + "000000000000"                       // member
            + "06" + "017300" + "03000000" + "642e6500" + "00000000"                       // destination
            + "08" + "016700" + "017300" + "00"                                            // signature, and one byte that pads the header
            + "01000000" + "7800",                                                        // "x"
            built);
    }

    private static DBusMessage Parse(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        (int fields, int body) = DBusMessage.Sizes(bytes.AsSpan(0, DBusMessage.FixedLength));
        return DBusMessage.Parse(bytes.AsSpan(0, 16), bytes.AsSpan(16, fields), bytes[(16 + fields)..(16 + fields + body)]);
    }

    [Fact]
    public void AnAnswerIsRead()
    {
        DBusMessage answer = Parse("6c" + "02" + "01" + "01" + "07000000" + "09000000" + "0f000000"
            + "05" + "017500" + "03000000"                      // the answer to 3
            + "08" + "016700" + "016f00" + "00"                  // signature o
            + "02000000" + "2f6a00");
        Assert.Equal((DBusMessage.MethodReturn, 3u, "o", "/j"), (answer.Type, answer.ReplySerial, answer.Signature, answer.FirstText()));
    }

    [Fact]
    public void AnErrorIsRead()
    {
        DBusMessage error = Parse("6c" + "03" + "01" + "01" + "00000000" + "09000000" + "1c000000"
            + "05" + "017500" + "02000000" + "04" + "017300" + "0b000000" + Convert.ToHexStringLower("org.a.NoSuc"u8)[..22] + "00"
            + "00000000");
        Assert.Equal((DBusMessage.Error, 2u, "org.a.NoSuc", ""), (error.Type, error.ReplySerial, error.ErrorName, error.FirstText()));
    }

    [Theory]
    [InlineData("42020001000000000100000000000000", "byte order")]
    [InlineData("6c02000100000080010000000f000000", "bytes")]
    [InlineData("6c0200010000000001000000ffffffff", "bytes")]
    [InlineData("6c02000100000000010000000300000005017500" + "00000000", "too short")]
    [InlineData("6c0200010000000001000000080000000501760000000000", "type v")]
    [InlineData("6c02000100000000010000000800000004017300ffffff7f", "longer than its message")]
    [InlineData("6c0200010000000001000000040000000aff0000" + "00000000", "too short")]
    public void WhatIsNoMessageIsRefused(string hex, string why) =>
        Assert.Contains(why, Assert.Throws<GantryException>(() => Parse(hex)).Message);

    [Fact]
    public void AnyBytesAreAMessageOrRefused()
    {
        Random random = new(7);
        byte[] fields = new byte[64], head = new byte[16];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(fields);
            head[0] = (byte)'l';
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), random.Next(64));
            try
            {
                DBusMessage.Parse(head, fields, []).FirstText();
            }
            catch (GantryException)
            {
                // Refused.
            }
        }
    }
}
