# Mọi việc thường làm, một lệnh mỗi việc. CI cũng chỉ gọi những lệnh này.
# Everything one usually does, one command each. CI calls these and nothing else.

.DEFAULT_GOAL := help
.PHONY: help demo test check bench papers kills notice

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

kills: ## giết chương trình 200 lần giữa buổi phát, nhật ký phải nguyên / kill the program 200 times in mid-session, the log must hold
	@scripts/kills

notice: ## lập danh sách gói và giấy phép vào NOTICE / list packages and licences in NOTICE
	@scripts/notice
