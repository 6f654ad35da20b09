// SPDX-License-Identifier: GPL-2.0-only
/* /dev/zufs: the calls of uapi/zufs.h, their sizes and rights; the module's parameters, start and end. */
#include <linux/capability.h>
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

/* Takes a sized struct from user space; see clone3(2). */
static int zufs_get_arg(void *arg, size_t known, const void __user *from)
{
	u32 size;

	if (get_user(size, (const u32 __user *)from))
		return -EFAULT;
	if (size < sizeof(size) || size > PAGE_SIZE)
		return -EINVAL;
	return copy_struct_from_user(arg, known, from, size);
}

static int zufs_put_arg(void __user *to, const void *arg, size_t known)
{
	return copy_to_user(to, arg, min_t(size_t, known, *(const u32 *)arg)) ? -EFAULT : 0;
}

static long zufs_hello(struct file *file, void __user *uarg)
{
	struct zufs_server *srv;
	struct zufs_hello arg;
	long err = zufs_get_arg(&arg, sizeof(arg), uarg);
	bool known = !err && arg.abi == ZUFS_ABI_VERSION;

	if (err)
		return err;
	arg.abi = ZUFS_ABI_VERSION;
	arg.features = ZUFS_FEATURE_LEND | ZUFS_FEATURE_REDELIVER;
	arg.lend_min = READ_ONCE(zufs_lend_min);
	arg.busy_us = READ_ONCE(zufs_busy_us);
	arg.cpus = nr_cpu_ids;
	arg.page_size = PAGE_SIZE;
	err = zufs_put_arg(uarg, &arg, sizeof(arg));
	if (err || !known)
		return err ?: -EPROTO;
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

static long zufs_create(struct zufs_server *srv, void __user *uarg)
{
	struct zufs_create arg;
	long err = zufs_get_arg(&arg, sizeof(arg), uarg);

	if (!err && arg.size < offsetofend(struct zufs_create, map_len))
		err = -EINVAL;
	if (!err)
		err = zufs_chan_create(srv, &arg);
	/* From here the fd is the caller's, even where it can't be told its number. */
	return err ?: zufs_put_arg(uarg, &arg, sizeof(arg));
}

static long zufs_attach(struct file *file, struct zufs_server *srv, void __user *uarg)
{
	struct zufs_attach arg;
	long err = zufs_get_arg(&arg, sizeof(arg), uarg);

	if (!err)
		err = zufs_fuse_attach(file, srv, &arg);
	return err ?: zufs_put_arg(uarg, &arg, sizeof(arg));
}

static long zufs_detach(struct zufs_server *srv, void __user *uarg)
{
	struct zufs_detach arg;
	long err = zufs_get_arg(&arg, sizeof(arg), uarg);

	return err ?: zufs_fuse_detach(srv, &arg);
}

static long zufs_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *uarg = (void __user *)arg;
	struct zufs_server *srv;

	if (cmd == ZUFS_IOC_HELLO)
		return zufs_hello(file, uarg);
	/* Pairs with the release in zufs_hello(). */
	srv = smp_load_acquire(&file->private_data);
	if (!srv)
		return -EINVAL;
	switch (cmd) {
	case ZUFS_IOC_CREATE:
		return zufs_create(srv, uarg);
	case ZUFS_IOC_ATTACH:
		return zufs_attach(file, srv, uarg);
	case ZUFS_IOC_DETACH:
		return zufs_detach(srv, uarg);
	}
	return -ENOTTY;
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

static int __init zufs_init(void)
{
	int err = zufs_btf_check();

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
