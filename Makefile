# Mọi việc thường làm, một lệnh mỗi việc. CI cũng chỉ gọi những lệnh này.
# Everything one usually does, one command each. CI calls these and nothing else.

.DEFAULT_GOAL := help
.PHONY: help demo test check bench papers catalogue kills soak fuzz notice deb machine-test power-cuts install-hour release

help:
	@scripts/help

demo: ## cài, dựng, phát thử một buổi, mô phỏng một tuần / install, build, air a session, simulate a week
	@scripts/demo

test: ## chạy toàn bộ kiểm thử / run the whole test suite
	@scripts/test

check: ## cách viết và clippy / formatting and clippy
	@scripts/check

bench: ## đo tốc độ báo cáo, và đường tiếng bên cạnh các chương trình khác / how fast it reports; the sound path beside other players
	@scripts/bench

papers: ## báo cáo trong mọi dạng tệp, LibreOffice tính lại và in / the report in every kind of file, worked out anew and printed
	@scripts/papers

catalogue: ## mọi tệp hỏng và vạn tệp khác trong một nhà, đài vẫn phát / every bad input and ten thousand files in one home, on the air
	@scripts/catalogue

kills: ## giết chương trình 200 lần giữa buổi phát, nhật ký phải nguyên / kill the program 200 times in mid-session, the log must hold
	@scripts/kills

soak: ## vạn ngày của đài dưới mọi sự cố, mô phỏng / ten thousand station-days under every kind of fault, simulated
	@scripts/soak

fuzz: ## mọi cửa mà tệp người lạ đi vào, thử bằng byte ngẫu nhiên, mỗi cửa mười phút / every door of strangers' bytes, ten minutes each
	@scripts/fuzz

notice: ## lập danh sách gói và giấy phép vào NOTICE / list packages and licences in NOTICE
	@scripts/notice

deb: ## gói Debian, vào target/deb / the Debian package, into target/deb
	@scripts/deb

machine-test: ## gói trên cả một máy, trong qemu: cắt điện, cắm card, treo, nâng cấp / the package on a whole PC, in qemu
	@scripts/machine-test

power-cuts: ## cả máy mất điện 20 lần giữa bài, 100 lần mất cả bộ nhớ đệm ổ đĩa / a whole PC loses its power 20 times, 100 times with its drive's cache
	@scripts/machine-test --cuts --replays

install-hour: ## gõ mọi lệnh của docs/install.md trên máy trống, trong qemu / every command of docs/install.md on an empty PC
	@scripts/machine-test --hour

release: ## gói, checksum, giấy phép của một bản đã gắn thẻ / package, checksums and licences of a tagged version
	@scripts/release
