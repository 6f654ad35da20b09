// SPDX-License-Identifier: GPL-2.0-only
/* /dev/zufs: the calls of uapi/zufs.h, their sizes and rights; the module's parameters, start and end. */
#include <linux/crc32.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "zufs.h"

unsigned int zufs_busy_us = 2000;
module_param_named(busy_us, zufs_busy_us, uint, 0644);
MODULE_PARM_DESC(busy_us, "a request waits so many microseconds for a free slot, then goes to /dev/fuse");

unsigned int zufs_lend_min = 4096;
module_param_named(lend_min, zufs_lend_min, uint, 0644);
MODULE_PARM_DESC(lend_min, "advice to servers: lend replies of at least so many bytes, fill smaller ones");

union zufs_arg {
	u32 size;
	struct zufs_hello hello;
	struct zufs_create create;
	struct zufs_attach attach;
	struct zufs_detach detach;
};

static int zufs_hello(struct file *file, struct zufs_hello *arg)
{
	struct zufs_server *srv;

	if (arg->abi != ZUFS_ABI_VERSION) {
		arg->abi = ZUFS_ABI_VERSION;
		return -EPROTO;
	}
	arg->features = ZUFS_FEATURE_LEND | ZUFS_FEATURE_REDELIVER;
	arg->lend_min = READ_ONCE(zufs_lend_min);
	arg->busy_us = READ_ONCE(zufs_busy_us);
	arg->cpus = nr_cpu_ids;
	arg->page_size = PAGE_SIZE;
	srv = zufs_server_alloc();
	if (!srv)
		return -ENOMEM;
	/* Pairs with the acquire in zufs_ioctl(). Another thread may have been faster. */
	if (cmpxchg_release(&file->private_data, NULL, srv)) {
		zufs_server_close(srv);
		return -EALREADY;
	}
	return 0;
}

static long zufs_call(struct file *file, unsigned int cmd, union zufs_arg *arg)
{
	/* Pairs with the release in zufs_hello(). */
	struct zufs_server *srv = smp_load_acquire(&file->private_data);

	if (cmd != ZUFS_IOC_HELLO && !srv)
		return -EINVAL;
	switch (cmd) {
	case ZUFS_IOC_HELLO:
		return zufs_hello(file, &arg->hello);
	case ZUFS_IOC_CREATE:
		return arg->size < sizeof(arg->create) ? -EINVAL : zufs_chan_create(srv, &arg->create);
	case ZUFS_IOC_ATTACH:
		return zufs_fuse_attach(file, srv, &arg->attach);
	case ZUFS_IOC_DETACH:
		return zufs_fuse_detach(srv, &arg->detach);
	}
	return -ENOTTY;
}

/* Structs are sized: see clone3(2). */
static long zufs_ioctl(struct file *file, unsigned int cmd, unsigned long uarg)
{
	size_t known = min_t(size_t, _IOC_SIZE(cmd), sizeof(union zufs_arg));
	void __user *at = (void __user *)uarg;
	union zufs_arg arg;
	long err;
	u32 size;

	if (_IOC_TYPE(cmd) != 'Z' || known < sizeof(size))
		return -ENOTTY;
	if (get_user(size, (const u32 __user *)at))
		return -EFAULT;
	if (size < sizeof(size) || size > PAGE_SIZE)
		return -EINVAL;
	err = copy_struct_from_user(&arg, known, at, size);
	if (err)
		return err;
	err = zufs_call(file, cmd, &arg);
	/* A channel's fd is the caller's, even where it can't be told its number. */
	if ((!err || err == -EPROTO) && _IOC_DIR(cmd) & _IOC_READ && copy_to_user(at, &arg, min_t(size_t, known, size)))
		err = -EFAULT;
	return err;
}

static int zufs_open(struct inode *inode, struct file *file)
{
	file->private_data = NULL;	/* misc put itself there */
	return 0;
}

static int zufs_close(struct inode *inode, struct file *file)
{
	if (file->private_data)
		zufs_server_close(file->private_data);
	return 0;
}

static const struct file_operations zufs_fops = {
	.owner		= THIS_MODULE,
	.open		= zufs_open,
	.release	= zufs_close,
	.unlocked_ioctl	= zufs_ioctl,
};

static struct miscdevice zufs_dev = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "zufs",
	.fops	= &zufs_fops,
	.mode	= 0600,
};

/*
 * The structs of fs/fuse/fuse_i.h are private to the kernel: a module built with another version's would corrupt memory. Symbol
 * versions can't tell (a module takes them from the kernel that it is built for, whatever header it uses), and insmod -f
 * ignores them. So all types of the running kernel must be those that it was built with, by the sum of their BTF.
 */
static int __init zufs_check_types(void)
{
	struct file *file = filp_open("/sys/kernel/btf/vmlinux", O_RDONLY, 0);
	void *page = (void *)__get_free_page(GFP_KERNEL);
	u32 sum = ~0;
	loff_t at = 0;
	ssize_t n;

	if (!IS_ERR(file)) {
		while (page && (n = kernel_read(file, page, PAGE_SIZE, &at)) > 0)
			sum = crc32_le(sum, page, n);
		filp_close(file, NULL);
	}
	free_page((unsigned long)page);
	if (~sum == ZUFS_BTF_CRC32)
		return 0;
	pr_err("this kernel's private FUSE structs may differ from those that zufs.ko was built with: its types (BTF, %lld bytes) sum up to %08x instead of %08x\n",
	       at, ~sum, ZUFS_BTF_CRC32);
	pr_err("refusing to load: build zufs.ko for this kernel (scripts/build-module.sh)\n");
	return -ENOEXEC;
}

static int __init zufs_init(void)
{
	int err = zufs_check_types();

	if (err)
		return err;
	zufs_stat_init();
	err = misc_register(&zufs_dev);
	if (err)
		zufs_stat_exit();
	return err;
}

static void __exit zufs_exit(void)
{
	misc_deregister(&zufs_dev);
	zufs_chan_exit();
	zufs_stat_exit();
}

module_init(zufs_init);
module_exit(zufs_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Per-CPU synchronous channels for FUSE connections");
