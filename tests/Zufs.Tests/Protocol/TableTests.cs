using System.Runtime.CompilerServices;
using Xunit;
using Zufs.Protocol;

namespace Zufs.Tests.Protocol;

public class TableTests
{
    [Fact]
    public void Every_opcode_of_a_file_system_has_one_row()
    {
        var opcodes = Enum.GetValues<FuseOpcode>().Where(opcode => (uint)opcode < OperationTable.Size).ToList();
        Assert.Equal(opcodes.Order(), OperationTable.Rows.Select(row => row.Opcode).Order());
        Assert.Equal(51, opcodes.Count);
    }

    [Fact]
    public void An_opcode_beyond_the_table_has_none()
    {
        Assert.Null(OperationTable.Find(0));
        Assert.Null(OperationTable.Find(OperationTable.Size));
        Assert.Null(OperationTable.Find((uint)FuseOpcode.CUSE_INIT));
        Assert.Null(OperationTable.Find(uint.MaxValue));
    }

    [Theory]
    [InlineData(FuseOpcode.FUSE_READ, "fuse_read_in")]
    [InlineData(FuseOpcode.FUSE_WRITE, "fuse_write_in")]
    [InlineData(FuseOpcode.FUSE_GETATTR, "fuse_getattr_in")]
    [InlineData(FuseOpcode.FUSE_SETATTR, "fuse_setattr_in")]
    [InlineData(FuseOpcode.FUSE_CREATE, "fuse_create_in")]
    [InlineData(FuseOpcode.FUSE_TMPFILE, "fuse_create_in")]
    [InlineData(FuseOpcode.FUSE_RENAME2, "fuse_rename2_in")]
    [InlineData(FuseOpcode.FUSE_SETLKW, "fuse_lk_in")]
    [InlineData(FuseOpcode.FUSE_IOCTL, "fuse_ioctl_in")]
    [InlineData(FuseOpcode.FUSE_STATX, "fuse_statx_in")]
    [InlineData(FuseOpcode.FUSE_COPY_FILE_RANGE_64, "fuse_copy_file_range_in")]
    [InlineData(FuseOpcode.FUSE_NOTIFY_REPLY, "fuse_notify_retrieve_in")]
    public void A_fixed_part_is_as_long_as_its_structure(FuseOpcode opcode, string structure) =>
        Assert.Equal(WireFacts.Structs[structure].Size, OperationTable.Find((uint)opcode)!.FixedSize);

    [Fact]
    public void Every_fixed_part_fits_the_ring_entry() =>
        Assert.All(OperationTable.Rows, row => Assert.InRange(row.FixedSize, 0, FuseConstants.UringOpInOutSize));

    [Fact]
    public void Every_notification_has_one_row_at_its_code()
    {
        Assert.Equal(Enum.GetValues<FuseNotifyCode>().Order(), NotificationTable.Rows.Select(row => row.Code));
        Assert.All(NotificationTable.Rows, row => Assert.Same(row, NotificationTable.Get(row.Code)));
    }

    [Fact]
    public void A_notification_is_as_long_as_its_structure()
    {
        Assert.Equal(WireFacts.Structs["fuse_notify_store_out"].Size, NotificationTable.Get(FuseNotifyCode.FUSE_NOTIFY_STORE).StructSize);
        Assert.Equal(Unsafe.SizeOf<FuseNotifyPruneOut>(), NotificationTable.Get(FuseNotifyCode.FUSE_NOTIFY_PRUNE).StructSize);
        Assert.Equal(0, NotificationTable.Get(FuseNotifyCode.FUSE_NOTIFY_RESEND).StructSize);
    }
}
